"""A flood gets one note, then silence until it calms; danger is checked before this is asked."""

from __future__ import annotations

from bot.scene import Scene


def quiet(scene: Scene) -> bool:
    """Count one message; True where it must not be answered. Limits are content (``limits.yaml``)."""
    limits, now = scene.release.limits, int(scene.given.now.timestamp())
    state = scene.state
    calm = not state.floods or now - state.floods[-1] >= limits.flood_calm_seconds
    noted = state.flood_noted and not calm
    recent = tuple(at for at in state.floods if now - at < limits.flood_seconds)
    recent = (*recent, now)[-limits.flood_messages - 1 :]
    too_many = len(recent) > limits.flood_messages
    scene.update(floods=recent, flood_noted=noted or too_many)
    if too_many and not noted:
        scene.say("flood.note")
    return noted or too_many
