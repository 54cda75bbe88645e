"""Writes what scikit-learn and NumPy compute from features: principal components, factors, similarities.

    python make_feature_fixtures.py

Made with scikit-learn 1.9.1, NumPy 2.4.6, in double precision; rows come from `pattern.py`, as in the tests.
"""
import pathlib
import sys

import numpy as np
from safetensors.numpy import save_file
from sklearn.decomposition import NMF, PCA

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE))
from pattern import pattern as hashed  # noqa: E402


def pattern(shape, seed):
    return hashed(shape, seed).numpy()


def rows(count, features, seed):
    """Rows with a mean and a falling spectrum, as a model's features have."""
    sources = pattern((count, 8), seed=seed).astype(np.float64) * (0.6 ** np.arange(8))
    mixing = pattern((8, features), seed=seed + 1).astype(np.float64)
    noise = pattern((count, features), seed=seed + 2).astype(np.float64) * 0.02
    return (sources @ mixing + noise + pattern((features,), seed=seed + 3)).astype(np.float32)


def main():
    found = {}
    # More rows than features, and fewer: the covariance and the products of the rows.
    for name, count, features in [("tall", 120, 70), ("wide", 66, 130), ("small", 20, 6)]:
        x = rows(count, features, seed=len(name))
        pca = PCA(3, whiten=True, svd_solver="full").fit(x.astype(np.float64))
        found[f"{name}.rows"] = x
        found[f"{name}.directions"] = pca.components_.astype(np.float32)
        found[f"{name}.variances"] = pca.explained_variance_.astype(np.float32)
        found[f"{name}.shares"] = pca.explained_variance_ratio_.astype(np.float32)
        found[f"{name}.whitened"] = pca.transform(x.astype(np.float64)).astype(np.float32)
        plain = PCA(3, svd_solver="full").fit(x.astype(np.float64))
        found[f"{name}.scores"] = plain.transform(x.astype(np.float64)).astype(np.float32)
    v = np.abs(rows(40, 30, seed=9)).astype(np.float32)
    w, h = np.abs(pattern((40, 3), seed=5)) + 0.1, np.abs(pattern((3, 30), seed=6)) + 0.1
    nmf = NMF(3, solver="mu", init="custom", beta_loss="frobenius", max_iter=50, tol=0)
    found["factors.matrix"], found["factors.start.weights"], found["factors.start.parts"] = (
        v, w.astype(np.float32), h.astype(np.float32))
    found["factors.weights"] = nmf.fit_transform(
        v.astype(np.float64), W=w.astype(np.float64), H=h.astype(np.float64)).astype(np.float32)
    found["factors.parts"] = nmf.components_.astype(np.float32)
    best = NMF(3, init="nndsvda", solver="cd", max_iter=2000, tol=1e-8).fit(v.astype(np.float64))
    found["factors.best"] = np.array([best.reconstruction_err_ / np.linalg.norm(v)], np.float32)
    save_file({name: np.ascontiguousarray(value) for name, value in found.items()},
              HERE / "features" / "reference.safetensors")


if __name__ == "__main__":
    main()
