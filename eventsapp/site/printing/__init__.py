"""The programme and the signs at doors on paper: from a snapshot to what a page says.

``content`` and ``signs`` say what stands on the paper, as plain data, for the ``.typ`` templates beside them;
``core.printing`` makes PDF of it.
"""
