"""The web-chat API and the people's API over HTTP; docs/reference/web-chat-api.md describes them."""
