"""The record as files of other programs. Pure: sessions in, names and bytes out."""
