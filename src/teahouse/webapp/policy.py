"""What a browser may do on behalf of the web app: the headers of every one of its files."""

from __future__ import annotations

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        # The crypto library is WebAssembly; nothing else is compiled at run time.
        "script-src 'self' 'wasm-unsafe-eval'",
        "style-src 'self'",
        # Decrypted pictures and recordings exist only as blobs in the page.
        "img-src 'self' blob: data:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "font-src 'self'",
        "worker-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    )
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(self), microphone=(self), geolocation=(self), display-capture=(self), "
        "payment=(), usb=(), serial=(), midi=()"
    ),
}
