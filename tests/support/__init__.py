"""What tests need around the application: PostgreSQL, a running server, a browser, a mail server."""
