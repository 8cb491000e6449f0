"""The web face: a local page for patient and desk, `/desk` alone, health checks, webhooks' host.

`app.create_app` makes the ASGI app; `live.Live` is shared with the deliverers, which need to know whether
anybody looks at a desk page. Nothing is imported here: a command that only needs `names` starts without the pages.
"""
