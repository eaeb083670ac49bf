"""What the service tells its operators: log, metrics, traces."""
