"""Sets one document: reads an order as JSON from standard input, writes PDF to standard output. A program of its own.

Runs outside of the web server's processes, so that neither the time nor the memory that setting takes is theirs, and is
given neither their settings nor their connections. It imports nothing of the application. The order: ``template`` (path),
``data`` (JSON, as text), ``fonts`` (folders), ``system_fonts``, ``timestamp`` (seconds since 1970), ``seconds``, ``bytes``,
``format`` (``pdf``, or ``svg`` of the first page), ``tagged``, ``pictures`` (path, name, width and height in pixels, and where
the cut one is kept or null, of each: the template finds it cut to that size as ``/pictures/{name}.jpg``; width 0: whole, within
the height, as ``.png``).
"""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

GREY: Final = "#d8dce0"
"""Instead of a picture that cannot be read."""


def limit(seconds: int, most: int) -> None:
    """Have the system end this process after so many seconds of work, and give it no more memory than ``most`` bytes."""
    try:
        import resource
    except ImportError:
        return
    for kind, value in ((resource.RLIMIT_CPU, seconds), (resource.RLIMIT_AS, most)):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (value, value))


def typeset(order: dict[str, Any]) -> bytes:
    """Return the document, from a folder of its own where there are pictures."""
    template = Path(order["template"])
    if not order["pictures"]:
        return compiled(template, order)
    with tempfile.TemporaryDirectory(prefix="paper-") as name:
        folder = Path(name)
        for file in template.parent.glob("*.typ"):
            shutil.copy(file, folder)
        (folder / "pictures").mkdir()
        # Reading pictures leaves Python's lock to others.
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda one: prepare(folder / "pictures", *one), order["pictures"]))
        return compiled(folder / template.name, order)


def prepare(folder: Path, source: str, name: str, width: int, height: int, kept: str | None) -> None:
    """Put a picture into ``folder`` as the paper needs it: no larger, no more than pixels. An unreadable one is left grey."""
    if not width:
        whole(Path(source), height).save(folder / f"{name}.png")
        return
    made = read_kept(Path(kept)) if kept else None
    if made is None:
        made = cut(Path(source), width, height)
        if made is not None and kept:
            keep(made, Path(kept), Path(source))
    (folder / f"{name}.jpg").write_bytes(made or grey(width, height))


def whole(source: Path, height: int) -> Any:
    """Return a picture no higher than ``height`` pixels."""
    from PIL import Image, ImageOps

    try:
        with Image.open(source) as opened:
            picture: Any = ImageOps.exif_transpose(opened)
            picture.thumbnail((height * 4, height), reducing_gap=2)
            return picture.convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return Image.new("RGB", (1, 1), GREY)


def cut(source: Path, width: int, height: int) -> bytes | None:
    """Return a picture cut to a size in pixels, as JPEG; None where it cannot be read."""
    from PIL import Image, ImageOps

    try:
        with Image.open(source) as opened:
            picture: Any = ImageOps.exif_transpose(opened)
            if "A" in picture.mode or "transparency" in picture.info:
                shown = picture.convert("RGBA")
                picture = Image.new("RGBA", shown.size, "white")
                picture.alpha_composite(shown)
            picture = ImageOps.fit(picture.convert("RGB"), (width, height), Image.Resampling.BILINEAR)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    return jpeg(picture)


def grey(width: int, height: int) -> bytes:
    """Return a grey JPEG: instead of a picture that cannot be read."""
    from PIL import Image

    return jpeg(Image.new("RGB", (width, height), GREY))


def jpeg(picture: Any) -> bytes:
    """Return a picture as JPEG, which goes into the PDF as it is."""
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=82)
    return target.getvalue()


def read_kept(path: Path) -> bytes | None:
    """Return a kept JPEG, or None where there is none, or only a part of it."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    return content if content.startswith(b"\xff\xd8") and content.endswith(b"\xff\xd9") else None


def keep(content: bytes, path: Path, source: Path) -> None:
    """Keep a JPEG that was made of ``source`` at ``path``, unless ``source`` has been deleted meanwhile. A failure does no harm."""
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as part:
            part.write(content)
        Path(part.name).replace(path)
        if not source.exists():
            path.unlink(missing_ok=True)
    except OSError:
        return


def compiled(template: Path, order: dict[str, Any]) -> bytes:
    """Return the PDF: by the rules of accessible documents (PDF/UA-1) where its texts allow, else tagged only. Or the SVG."""
    import typst

    compiler = typst.Compiler(
        input=str(template),
        root=str(template.parent),
        font_paths=order["fonts"],
        ignore_system_fonts=not order["system_fonts"],
        sys_inputs={"data": order["data"]},
    )
    if order["format"] == "svg":
        pages = compiler.compile(format="svg")
        page = pages[0] if isinstance(pages, list) else pages
        if not isinstance(page, bytes):
            raise TypeError("a page is expected")
        return page
    if not order["tagged"]:
        made = compiler.compile(format="pdf", pdf_tags=False, timestamp=order["timestamp"])
        if not isinstance(made, bytes):
            raise TypeError("one file is expected")
        return made
    try:
        made = compiler.compile(format="pdf", pdf_standards=["ua-1"], timestamp=order["timestamp"])
    except typst.TypstError:
        # A sign that no font has, such as a picture sign in a title, is shown as an empty box: better than no paper.
        made = compiler.compile(format="pdf", timestamp=order["timestamp"])
    if not isinstance(made, bytes):
        raise TypeError("one file is expected")
    return made


def main() -> int:
    """Answer one order. Returns 0, or 1 with the reason on standard error."""
    order = json.loads(sys.stdin.buffer.read())
    limit(int(order["seconds"]), int(order["bytes"]))
    try:
        made = typeset(order)
    except Exception as error:  # its words are all that the server gets to know
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
