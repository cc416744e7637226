"""What a pack's parts have to keep among each other, beyond the shape of each; one file per part."""
