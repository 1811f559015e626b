"""Kills, cut power, refusing disks, half steps, repeats: the record stays as it was told."""
