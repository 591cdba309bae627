"""What the production server loads: ``eventsapp.wsgi:app``."""

from eventsapp import create_app

app = create_app()
