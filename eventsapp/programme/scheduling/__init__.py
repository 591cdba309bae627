"""The auto-scheduler: from a planning to a proposal of places.

``problem`` says what may go where and what it costs, ``board`` keeps what is placed so far, ``greedy`` fills it plainly,
``slots`` finds the best times, ``rooms`` the rooms for them, ``solve`` does all of it, ``reasons`` explains what did not
fit. Those are pure. ``service`` keeps runs, ``worker`` makes them, ``child`` is the process in which one is computed.

Only ``slots`` and ``rooms`` import ortools, which weighs more than 100 MB: the web server must not import them.
"""
