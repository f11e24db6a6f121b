"""What the app says to customers by itself: texts on triggers, the survey, the words of an opt-out."""
