"""The built pages and their files, from memory: precompressed, with their headers, the same bytes for everybody."""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from chevet.config import Config
from chevet.model.locales import LANGUAGES

FOREVER = "public, max-age=31536000, immutable"
ALWAYS_ASK = "no-cache"
MIME_TYPES = {
    ".js": "text/javascript",
    ".woff2": "font/woff2",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
}
COMPRESSIBLE = {".js", ".css", ".html", ".svg", ".json", ".wasm", ".webmanifest"}


@dataclass(frozen=True)
class File:
    """One built file and its compressed twins, by content coding; "" is the file itself."""

    bodies: dict[str, bytes]
    media_type: str
    etag: str


class Pages:
    """All of static/build. Raises FileNotFoundError when the front end has not been built."""

    def __init__(self, config: Config, folder: Path) -> None:
        if not (folder / "pro" / "index.html").is_file():
            raise FileNotFoundError(f"{folder}: the front end is not built (`just build`)")
        self._files = {
            str(path.relative_to(folder)): _load(path)
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.suffix not in {".br", ".gz", ".map"}
        }
        csp = msgspec.json.decode((folder / "csp.json").read_bytes(), type=dict[str, dict[str, list[str]]])
        self._caller_policies = {name: _caller_policy(config, **hashes) for name, hashes in csp.items()}
        self._app_policy = _app_policy(config)

    def caller_page(self, request: Request) -> Response[bytes]:
        """`/j`: one document a language, the person's choice first, then the phone's."""
        asked = request.query_params.get("lang", "")
        language = (
            asked if asked in LANGUAGES else preferred_language(request.headers.get("accept-language", ""))
        )
        name = f"j.{language}.html"
        headers = {
            "Content-Security-Policy": self._caller_policies[name],
            "Content-Language": language,
            # Another policy makes the browser start a second process for the page: 0.1 s on a quick machine.
            "Cross-Origin-Opener-Policy": "unsafe-none",
        }
        return self._answer(request, name, headers, vary="Accept-Language, Accept-Encoding")

    def app_page(self, request: Request) -> Response[bytes]:
        return self._answer(request, "pro/index.html", {"Content-Security-Policy": self._app_policy})

    def asset(self, request: Request, path: str) -> Response[bytes]:
        """A file whose name holds its content's hash."""
        return self._answer(request, f"assets/{path.lstrip('/')}", {}, cache=FOREVER)

    def _answer(
        self,
        request: Request,
        name: str,
        headers: dict[str, str],
        *,
        cache: str = ALWAYS_ASK,
        vary: str = "Accept-Encoding",
    ) -> Response[bytes]:
        file = self._files.get(name)
        if file is None:
            raise NotFoundException
        headers = headers | {"ETag": file.etag, "Cache-Control": cache, "Vary": vary}
        if request.headers.get("if-none-match") == file.etag:
            return Response(b"", status_code=304, headers=headers)
        coding = _coding(request.headers.get("accept-encoding", ""), file)
        if coding:
            headers["Content-Encoding"] = coding
        return Response(file.bodies[coding], media_type=file.media_type, headers=headers)


def preferred_language(accept_language: str) -> str:
    """The first language of the header that we have, by its weights; French else (RFC 9110, 12.5.4)."""
    weighted = []
    for place, part in enumerate(accept_language.split(",")):
        name, _, weight = part.strip().partition(";q=")
        try:
            weighted.append((-float(weight or 1), place, name[:2].lower()))
        except ValueError:
            continue
    return next((name for _, _, name in sorted(weighted) if name in LANGUAGES), LANGUAGES[0])


def _app_policy(config: Config) -> str:
    """Content-Security-Policy of the professional app: nothing inline, nothing from elsewhere (A48)."""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data: blob:; "
        f"media-src 'self' blob:; connect-src 'self' {_socket_origin(config)}; {_FOR_ALL}"
    )


def _caller_policy(config: Config, scripts: list[str], styles: list[str]) -> str:
    """That of the caller's page: inline script and style by hash, wasm for the QR reader. Short: bytes count here."""
    script = " ".join(f"'{h}'" for h in scripts)
    style = " ".join(f"'{h}'" for h in styles)
    return (
        f"default-src 'none'; script-src 'self' 'wasm-unsafe-eval' {script}; style-src 'self' {style}; "
        f"img-src 'self' data: blob:; connect-src 'self' {_socket_origin(config)}; {_FOR_ALL}"
    )


_FOR_ALL = "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'"


def _socket_origin(config: Config) -> str:
    """Older Safari does not take the socket's address for 'self': it is named."""
    return ("wss://" if config.is_https else "ws://") + urlsplit(config.public_url).netloc


def _load(path: Path) -> File:
    body = path.read_bytes()
    bodies = {"": body}
    for coding, suffix in (("br", ".br"), ("gzip", ".gz")):
        twin = path.with_name(path.name + suffix)
        if twin.is_file():
            bodies[coding] = twin.read_bytes()
    if "gzip" not in bodies and path.suffix in COMPRESSIBLE:
        bodies["gzip"] = gzip.compress(body, 9, mtime=0)
    kind = MIME_TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return File(bodies, kind, f'"{hashlib.sha256(body).hexdigest()[:20]}"')


def _coding(accepted: str, file: File) -> str:
    offered = {
        part.split(";")[0].strip() for part in accepted.split(",") if ";q=0" not in part.replace(" ", "")
    }
    return next((coding for coding in ("br", "gzip") if coding in offered and coding in file.bodies), "")


@get("/j")
async def get_caller_page(request: Request, pages: NamedDependency[Pages]) -> Response[bytes]:
    """Behind the link. Never reads the token: it is in the fragment (A16)."""
    return pages.caller_page(request)


@get("/assets/{path:path}")
async def get_asset(request: Request, path: FromPath[str], pages: NamedDependency[Pages]) -> Response[bytes]:
    return pages.asset(request, path)


@get("/favicon.ico")
async def get_favicon() -> Response[None]:
    return Response(None, status_code=204, headers={"Cache-Control": "max-age=86400"})


@get(["/", "/{path:path}"])
async def get_app_page(request: Request, pages: NamedDependency[Pages]) -> Response[bytes]:
    """The professional app, whatever its screen; unknown addresses below /api are no screens."""
    path = request.scope["path"]
    if path.startswith(("/api/", "/hooks/", "/demo/", "/health/")) or "." in path.rsplit("/", 1)[-1]:
        raise NotFoundException
    return pages.app_page(request)
