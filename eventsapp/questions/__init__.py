"""Questions that organizers put into a form themselves: kinds, rules, the builder, and how answers are taken and shown."""
