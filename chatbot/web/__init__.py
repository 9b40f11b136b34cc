"""The answers on the web: chat page, embed, source viewer, JSON routes. Start at `application`."""
