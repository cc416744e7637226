"""The step that makes sure that the sentence encoder is there: it is made once for a checkout."""

import asyncio

from careline_cli.stack.stack import Stack


async def make_encoder(stack: Stack) -> str:
    """Converts the encoder if the checkout has none. Raises ModelError."""
    # Imported here: converting needs libraries that take a second to load.
    from careline.models.convert import convert

    made = await asyncio.to_thread(convert, stack.home.encoder)
    return made.identity
