"""The server process: connections, requests as they come in, shutdown."""
