"""Searching for better settings
=============================

Which learning rate, how many neurons, how large a mini-batch? Nobody can compute the answer. But a
computer can try many settings, on all of its cores at a time, while you have a coffee.

Notice that the settings are compared on validation images, which are cut off from the training
images. Whoever chooses by the test images, has seen the exam before. And notice the picture: the
learning rate matters more than everything else.

On MNIST it takes about ten seconds on two cores. To spread it over a room of laptops, install
dask[distributed], start a scheduler and workers, and set DASK_SCHEDULER=tcp://... (see the README).
It ends with these lines:

    Best settings: learning_rate_init 0.3, hidden_layer_sizes (128,), batch_size 100
    We have a score of 0.9504
"""

import os
import sys
import warnings
from pathlib import Path

import joblib
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import PredefinedSplit, RandomizedSearchCV
from sklearn.neural_network import MLPClassifier

import mnist

# It would only say, for each candidate, that its six passes are over.
warnings.filterwarnings("ignore", category=ConvergenceWarning)

scheduler = os.environ.get("DASK_SCHEDULER")
if scheduler:
    try:
        from dask.distributed import Client

        client = Client(scheduler, timeout=15)
        client.wait_for_workers(1, timeout=10)
        joblib.parallel_config("dask")
    except ImportError:
        sys.exit('DASK_SCHEDULER is set, but Dask is missing: pip install "dask[distributed]"')
    except (OSError, ValueError) as error:
        problem = f"The scheduler {scheduler} cannot be reached, or has no worker: {error}"
        sys.exit(f"{problem}\nAre both running?")

training_images, training_labels, test_images, test_labels = mnist.load()
test_images = test_images.astype("float32") / 255

# To be quick, each candidate learns from 10,000 images. The last 2,000 compare the candidates.
images, labels = training_images[-12000:].astype("float32") / 255, training_labels[-12000:]
validation = PredefinedSplit([-1] * 10000 + [0] * 2000)

search = RandomizedSearchCV(
    MLPClassifier(solver="sgd", activation="logistic", max_iter=6, random_state=1),
    {
        "learning_rate_init": [0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0],
        "hidden_layer_sizes": [(32,), (64,), (128,)],
        "batch_size": [50, 100, 200],
    },
    n_iter=24,  # of the 63 combinations, picked at random
    random_state=1,
    cv=validation,
    n_jobs=-1,  # on all cores
    verbose=3,  # one line for each candidate
)
search.fit(images, labels)

best = ", ".join(f"{name} {value}" for name, value in search.best_params_.items())
print(f"Best settings: {best}")
print(f"We have a score of {search.score(test_images, test_labels):.4f}")

try:
    import matplotlib
    from matplotlib.figure import Figure
except ImportError:
    print("For the picture, run: pip install matplotlib")
    raise SystemExit from None

matplotlib.rcParams["svg.hashsalt"] = "10"  # The same picture in every run, byte for byte.
figure = Figure(figsize=(7, 4), layout="constrained")
axes = figure.subplots()
results = search.cv_results_
rates = [settings["learning_rate_init"] for settings in results["params"]]
widths = [settings["hidden_layer_sizes"][0] for settings in results["params"]]
axes.scatter(rates, results["mean_test_score"], s=widths, color="tab:orange", alpha=0.6)
axes.set(title="The learning rate decides: too small and too large are both bad")
axes.set(xscale="log", xlabel="learning rate (a larger dot: more neurons)")
axes.set(ylabel="score on the validation images")
picture = Path(__file__).with_name("learning_rates.svg")
figure.savefig(picture, metadata={"Date": None})
print(f"The picture is in {picture.name}")
