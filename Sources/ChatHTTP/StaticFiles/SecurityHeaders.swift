internal import MicroHTTPD

/// What every file of the web client is sent with. The page runs nothing but its own scripts, and never makes markup from
/// text: Trusted Types make the browser see to it.
enum SecurityHeaders {
    static let all = [
        Header(
            "Content-Security-Policy",
            "default-src 'self'; img-src 'self' blob: data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
                + "form-action 'self'; worker-src 'self'; require-trusted-types-for 'script'; trusted-types chat"),
        Header("X-Content-Type-Options", "nosniff"),
        Header("Referrer-Policy", "no-referrer"),
        Header("Cross-Origin-Opener-Policy", "same-origin"),
        Header("Cross-Origin-Resource-Policy", "same-origin"),
        // A chat of text needs none of these; copying a line does need the clipboard.
        Header(
            "Permissions-Policy",
            "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), "
                + "midi=(), payment=(), usb=(), clipboard-write=(self)"),
    ]
}
