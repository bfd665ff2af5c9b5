"""Digits that nobody wrote
========================

Take a small group of images that look alike, found without a label. Mix them by chance: the result
belongs to the group, and is none of its images.

Notice the two questions that new digits have to answer. Can they be read? A network that has
learned from the real labels tells. Are they copies? Look how far the nearest training image is.

On MNIST it takes about twenty seconds and ends like this:

    new digits, read with more than 0.9: 0.920, different digits: 10
    new digits, distance to the nearest training image: 2.88 (median)
    new digits, the smallest of these distances: 0.61
    test images, read with more than 0.9: 0.950, different digits: 10
    test images, distance to the nearest training image: 2.99 (median)
    test images, the smallest of these distances: 0.60
"""

import numpy as np
from sklearn.cluster import MiniBatchKMeans
from sklearn.decomposition import PCA
from sklearn.metrics import pairwise_distances_argmin_min
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

import mnist
import pictures

training_images, training_labels, test_images, test_labels = mnist.load()
training_images = training_images / np.float32(255)  # pixels from 0 to 1
test_images = test_images / np.float32(255)
threadpool_limits(1)  # One processor core is enough for such small sums.

# As in main.py, without a label: 50 numbers for each image, and small groups of about 30 images.
pca = PCA(n_components=50, random_state=1).fit(training_images)
features = pca.transform(training_images)
k_means = MiniBatchKMeans(
    n_clusters=len(training_images) // 30, batch_size=4096, max_iter=10, random_state=1
)
small_group = k_means.fit_predict(features)
print(f"k-means has found {k_means.n_clusters:,} small groups.", flush=True)

random = np.random.default_rng(1)
new_features = []
for image in random.choice(len(training_images), size=1000, replace=False):
    members = features[small_group == small_group[image]]
    middle = members.mean(axis=0)
    # Each member pulls the new digit towards itself or pushes it away, by chance. Divided by this
    # root, the new digits lie around the middle as far as the members do.
    pulls = random.normal(size=len(members)) / np.sqrt(len(members))
    new_features.append(middle + pulls @ (members - middle))
new_features = np.array(new_features)
new_digits = pca.inverse_transform(new_features).clip(0, 1)  # back to 784 pixels
print("1,000 new digits are there. A network learns to judge them.", flush=True)

# The judge, and only the judge, learns from the real labels: it is the network of step 05.
judge = MLPClassifier(
    solver="sgd",
    activation="logistic",
    hidden_layer_sizes=(128,),
    learning_rate_init=0.5,
    random_state=np.random.RandomState(1),  # Each pass draws a new order of the images from it.
)
for _ in range(10):
    judge.partial_fit(training_images, training_labels, classes=range(10))

# Distances are between the 50 numbers: a copy would be at 0. The test images, which are new digits
# that people wrote, show what can be expected.
test_features = pca.transform(test_images)
candidates = {"new digits": (new_digits, new_features), "test images": (test_images, test_features)}
for what, (images, their_features) in candidates.items():
    probabilities = judge.predict_proba(images)
    sure = probabilities.max(axis=1) > 0.9
    kinds = len(set(probabilities[sure].argmax(axis=1)))
    _, distances = pairwise_distances_argmin_min(their_features[:1000], features)
    print(f"{what}, read with more than 0.9: {sure.mean():.3f}, different digits: {kinds}")
    print(f"{what}, distance to the nearest training image: {np.median(distances):.2f} (median)")
    print(f"{what}, the smallest of these distances: {distances.min():.2f}")

nearest, _ = pairwise_distances_argmin_min(new_features[:10], features)
pictures.draw_new_digits(new_digits, training_images[nearest])
