"""The programme and the signs at doors on paper: from a snapshot to what a page says, and from there to PDF.

``content`` and ``signs`` say what stands on the paper, as plain data; ``press`` has a process of its own set it (``child.py``,
by the ``.typ`` templates beside it) and keeps what was made; ``fonts`` finds the fonts.
"""
