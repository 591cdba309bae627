"""Speed and memory of the production server beside a bare Flask application: ``python -m bench [NAME …]``."""
