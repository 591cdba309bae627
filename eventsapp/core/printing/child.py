"""Sets one document: reads an order as JSON from standard input, writes PDF to standard output. A program of its own.

Runs outside of the web server's processes, so that neither the time nor the memory that setting takes is theirs, and is
given neither their settings nor their connections. It imports nothing of the application. The order: ``template`` (path),
``data`` (JSON, as text), ``fonts`` (folders), ``system_fonts``, ``timestamp`` (seconds since 1970), ``seconds``, ``bytes``.
"""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path
from typing import Any


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
    """Return the PDF: by the rules of accessible documents (PDF/UA-1) where its texts allow, else tagged only."""
    import typst

    template = Path(order["template"])
    compiler = typst.Compiler(
        input=str(template),
        root=str(template.parent),
        font_paths=order["fonts"],
        ignore_system_fonts=not order["system_fonts"],
        sys_inputs={"data": order["data"]},
    )
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
