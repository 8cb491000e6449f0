"""What whoever runs Frontdesk looks at: whether it is ready, its numbers, the clocks."""
