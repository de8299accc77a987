"""State databases as earlier versions left them: one per version that was released, or that people ran."""
