"""Finds the coefficients in Sources/CKernels/simd/functions.h and prints their errors.

Minimax polynomials by Lawson's iteration: least squares whose weights follow the error.
Needs numpy and scipy. Usage: python fit_functions.py
"""

import numpy as np
from scipy.special import erf


def lawson(basis, target, weight, rounds=300):
    """Coefficients that minimise the largest |weight * (basis @ c - target)|."""
    share = np.ones(len(target)) / len(target)
    for _ in range(rounds):
        scale = np.sqrt(share) * weight
        c = np.linalg.lstsq(basis * scale[:, None], target * scale, rcond=None)[0]
        share = share * np.abs((basis @ c - target) * weight)
        share /= share.sum()
    return c, np.abs((basis @ c - target) * weight).max()


def chebyshev_points(count):
    return np.cos(np.pi * (np.arange(count) + 0.5) / count)


def fit_gelu(cut=5.2, degree=14):
    """h with gelu(x) = x (1/2 + x h(x^2)), as a polynomial in s = 2 x^2 / cut^2 - 1."""
    s = chebyshev_points(600)
    x = np.sqrt((s + 1) / 2) * cut
    h = erf(x / np.sqrt(2)) / (2 * x)
    basis = np.polynomial.chebyshev.chebvander(s, degree)
    c, error = lawson(basis, h, x)
    return np.polynomial.chebyshev.cheb2poly(c), error


def fit_exp2(degree=6):
    """2^f on -1/2...1/2 with p(0) = 1, relative error."""
    f = chebyshev_points(400) / 2
    basis = np.vander(f, degree + 1, increasing=True)[:, 1:]
    c, error = lawson(basis, np.exp2(f) - 1, 1 / np.exp2(f))
    return np.concatenate([[1.0], c]), error


fits = {"gelu": fit_gelu(), "gelu_rounded": fit_gelu(cut=3.8, degree=6), "exp2": fit_exp2(),
        "exp2_rounded": fit_exp2(degree=4)}
for name, (coefficients, error) in fits.items():
    print(f"{name}: largest error {error:.2e}, constant term first")
    for value in coefficients:
        print(f"  {np.float32(value)!r}")
