"""Makes the quiet music bed of a film: slow pad chords and a plucked note at each new slide."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np

RATE = 44100
CHORD_SECONDS = 7.5


def hertz(note: int) -> float:
    """Return the frequency of a MIDI note (69 is 440 Hz)."""
    return float(440.0 * 2 ** ((note - 69) / 12))


def pad(notes: list[int], seconds: float) -> np.ndarray:
    """Return a soft stereo chord that swells and dies away."""
    time = np.arange(int(seconds * RATE)) / RATE
    swell = np.sin(np.pi * np.clip(time / seconds, 0, 1)) ** 1.4
    sides = []
    for detune in (0.9988, 1.0012):
        tone = np.zeros_like(time)
        for place, note in enumerate(notes):
            base = hertz(note) * detune
            breath = 1 + 0.12 * np.sin(2 * np.pi * (0.11 + 0.03 * place) * time + place)
            for harmonic, level in ((1, 1.0), (2, 0.22), (3, 0.06)):
                tone += level * breath * np.sin(2 * np.pi * base * harmonic * time + place) / (1 + 0.25 * place)
        sides.append(tone * swell)
    return np.stack(sides, axis=1)


def pluck(note: int, seconds: float = 2.6) -> np.ndarray:
    """Return one string-like note that fades (stereo)."""
    time = np.arange(int(seconds * RATE)) / RATE
    tone = sum(
        level * np.exp(-time * decay) * np.sin(2 * np.pi * hertz(note) * harmonic * time)
        for harmonic, level, decay in ((1, 1.0, 2.0), (2, 0.42, 3.4), (3, 0.18, 5.2), (4, 0.07, 8.0))
    )
    attack = np.clip(time / 0.006, 0, 1)
    return np.repeat((tone * attack)[:, None], 2, axis=1)


def add(track: np.ndarray, sound: np.ndarray, second: float, level: float) -> None:
    """Mix `sound` into the track from `second` on, cutting what runs past the end."""
    begin = max(0, int(second * RATE))
    room = min(len(sound), len(track) - begin)
    if room > 0:
        track[begin : begin + room] += sound[:room] * level


def ambient_bed(target: Path, seconds: float, chords: list[list[int]], marks: list[float]) -> None:
    """Write a 16-bit WAV of the given length; `marks` are the moments of the plucked notes."""
    track = np.zeros((int(seconds * RATE), 2))
    count = int(seconds / CHORD_SECONDS) + 2
    for number in range(count):
        chord = chords[number % len(chords)]
        add(track, pad(chord, CHORD_SECONDS * 1.9), (number - 0.45) * CHORD_SECONDS, 0.05)
    for number, mark in enumerate([0.4, *marks]):
        chord = chords[int(mark / CHORD_SECONDS) % len(chords)]
        add(track, pluck(chord[-1] + 12), mark, 0.05)
        add(track, pluck(chord[-2 - number % 2] + 12), mark + 0.24, 0.035)
    edge = np.clip(np.minimum(np.arange(len(track)), len(track) - np.arange(len(track))) / (2.5 * RATE), 0, 1)
    track *= edge[:, None]
    track *= 0.16 / max(np.abs(track).max(), 1e-9)
    with wave.open(str(target), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((track * 32767).astype("<i2").tobytes())
