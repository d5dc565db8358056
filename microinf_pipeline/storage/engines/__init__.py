"""Engines that execute the models."""
