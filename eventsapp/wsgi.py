"""What the production server loads: ``eventsapp.wsgi:app``."""

import gc

from eventsapp import create_app

app = create_app()

# What is loaded by now stays, so the collector need not look through it again and again; and it looks for new garbage
# less often, as a programme of a thousand events is a hundred thousand objects that are none. It halves the time of the
# first feed after a change, where full collections came in the middle of the work, and costs no memory to speak of.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 50)
