"""The faces of the bot on the web: the page and the API, both showing the same answer."""
