"""What a therapist reads: one document of numbers, and pages made of it (PDF, HTML)."""
