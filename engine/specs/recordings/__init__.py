"""What was recorded of calls, and the requests that tools keep: without the secrets in them."""
