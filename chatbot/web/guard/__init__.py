"""What stands between the network and the pages: pure ASGI middleware, one duty a file."""
