"""Which pack and tenant are meant, and the guide in a pack's folder."""

from __future__ import annotations

import os
from pathlib import Path

from careline.tenants.guide import Guide, read_guide
from careline.tenants.problems import PackError
from careline.tenants.yaml_reader import read_yaml

from ..errors import CommandError
from ..packs import NoSuchPack, pack_folder


def tenant_of(pack: str) -> str:
    """The tenant that a pack is published for by default: the name in its tenant.yaml, else `pack` as it is given."""
    try:
        folder = pack_folder(pack)
    except NoSuchPack:
        if "/" in pack:
            raise
        return pack
    tenant = read_yaml("tenant.yaml", (folder / "tenant.yaml").read_bytes()).value
    name = tenant.get("name") if isinstance(tenant, dict) else None
    if not isinstance(name, str):
        raise CommandError(f"{folder / 'tenant.yaml'} names no pack.", f"`careline tenant check {pack}` says why.")
    return name


def guide_of(folder: Path, languages: tuple[str, ...]) -> Guide:
    """What the folder's guide says now, in the published languages. Raises CommandError for mistakes to be mended."""
    guide = read_guide(folder, languages, os.environ)
    if guide.problems:
        raise CommandError("The guide was left as it is.", str(PackError(folder.name, guide.problems)))
    return guide
