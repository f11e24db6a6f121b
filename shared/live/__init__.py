"""What desks are told while they wait: who may know what, how far each was told, the reader of the log."""
