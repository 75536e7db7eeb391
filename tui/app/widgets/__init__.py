"""The parts that panes and dialogs are made of."""
