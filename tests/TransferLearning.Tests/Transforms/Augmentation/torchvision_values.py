"""Computes the values in TorchvisionValues.cs: python3 torchvision_values.py > TorchvisionValues.cs, with Debian 12's python3-torchvision."""
import base64
import hashlib
import math

import numpy
import PIL
import torchvision
from PIL import Image
from torchvision.transforms import InterpolationMode, autoaugment, functional

NEAREST, BILINEAR = InterpolationMode.NEAREST, InterpolationMode.BILINEAR
FILL = [10, 200, 30]


def noise(width, height):
    values = numpy.arange(width * height * 3, dtype=numpy.uint64) * 2654435761 % (1 << 32) >> 24
    return Image.fromarray(values.astype(numpy.uint8).reshape(height, width, 3))


def waves(width, height):
    y, x = numpy.mgrid[0:height, 0:width]
    channels = [(x * x + 3 * y) % 256, x * y % 100 + 40, 200 - (x + y) * 2 % 128]
    return Image.fromarray(numpy.stack(channels, axis=2).astype(numpy.uint8))


IMAGES = [noise(61, 47), waves(61, 47), noise(17, 13), waves(17, 13)]


def digest(images):
    return hashlib.sha256(b"".join(image.tobytes() for image in images)).hexdigest()[:16]


def emit(name, rows):
    print(f"\n    public static readonly Dictionary<string, string> {name} = new()\n    {{")
    for key, value in rows:
        print(f'        ["{key}"] = "{value}",')
    print("    };")


def space(name, ranges, interpolation):
    """Of each operation, every magnitude with both signs, on every image, in one hash."""
    operations = list(ranges(IMAGES[0]))
    rows = []
    for operation in operations:
        results = []
        for image in IMAGES:
            magnitudes, signed = ranges(image)[operation]
            for magnitude in magnitudes.reshape(-1).tolist():
                for sign in [1, -1] if signed else [1]:
                    results.append(autoaugment._apply_op(image, operation, sign * float(magnitude), interpolation, FILL))
        rows.append((operation, digest(results)))
    emit(name, rows)


def size(image):
    return (image.height, image.width)


print("namespace TransferLearning.Tests.Transforms.Augmentation;\n")
print("/// <summary>What torchvision makes of images that both sides draw; hashes are the first 16 digits of SHA-256.</summary>")
print(f"/// <remarks>Computed by torchvision_values.py with torchvision {torchvision.__version__} and Pillow {PIL.__version__}.</remarks>")
print("internal static class TorchvisionValues\n{", end="")

space("Wide", lambda image: autoaugment.TrivialAugmentWide()._augmentation_space(31), NEAREST)
space("WideBilinear", lambda image: autoaugment.TrivialAugmentWide()._augmentation_space(31), BILINEAR)
space("Standard", lambda image: autoaugment.RandAugment()._augmentation_space(31, size(image)), NEAREST)
space("Learned", lambda image: autoaugment.AutoAugment()._augmentation_space(10, size(image)), NEAREST)
mixing = autoaugment.AugMix()
# AugMix computes on tensors; its magnitudes are checked with Pillow's operations.
space("Mixing", lambda image: mixing._augmentation_space(10, size(image)), BILINEAR)

policies = []
for policy in autoaugment.AutoAugmentPolicy:
    pairs = autoaugment.AutoAugment(policy).policies
    text = ";".join(",".join(f"{name} {round(share * 10)} {0 if magnitude is None else magnitude}" for name, share, magnitude in pair) for pair in pairs)
    policies.append((policy.name, hashlib.sha256(text.encode()).hexdigest()[:16]))
emit("Policies", policies)

fixed = {
    "grayscale": lambda image: functional.rgb_to_grayscale(image, 3),
    "invert": functional.invert,
    "vertical flip": functional.vflip,
    "autocontrast": functional.autocontrast,
    "equalize": functional.equalize,
}
fixed.update({f"posterize {bits}": (lambda image, bits=bits: functional.posterize(image, bits)) for bits in [0, 1, 4, 7, 8]})
fixed.update({f"solarize {threshold}": (lambda image, threshold=threshold: functional.solarize(image, threshold)) for threshold in [0, 100.5, 128, 256]})
fixed.update({f"sharpness {factor}": (lambda image, factor=factor: functional.adjust_sharpness(image, factor)) for factor in [0, 0.4, 1, 2, 3.7]})
emit("Adjustments", [(name, digest([change(image) for image in IMAGES])) for name, change in fixed.items()])

affine = [(0, 0, 0, 1, 0, 0), (30, 0, 0, 1, 0, 0), (-170, 3, -5, 0.7, 10, -20), (12.5, 0, 2, 1.6, -35, 8), (0, -4, 7, 1, 0, 0), (90, 0, 0, 1, 0, 0), (0, 0, 0, 0.31, 0, 0), (0, 0, 0, 2.3, 0, 0)]
for name, interpolation in [("AffineNearest", NEAREST), ("AffineBilinear", BILINEAR)]:
    emit(name, [(" ".join(map(str, a)), digest([functional.affine(image, a[0], [a[1], a[2]], a[3], [a[4], a[5]], interpolation, FILL) for image in IMAGES])) for a in affine])


def coefficients(start, end):
    rows, right = [], []
    for (x, y), (to_x, to_y) in zip(start, end):
        rows += [[to_x, to_y, 1, 0, 0, 0, -x * to_x, -x * to_y], [0, 0, 0, to_x, to_y, 1, -y * to_x, -y * to_y]]
        right += [x, y]
    return [float(value) for value in numpy.linalg.solve(numpy.array(rows, float), numpy.array(right, float)).astype(numpy.float32)]


def perspective(image, corners, resample):
    right, bottom = image.width - 1, image.height - 1
    start = [(0, 0), (right, 0), (right, bottom), (0, bottom)]
    end = [(x if index in (0, 3) else right - x, y if index < 2 else bottom - y) for index, (x, y) in enumerate(corners)]
    found = coefficients(start, end)
    theirs = functional._get_perspective_coeffs(start, end)
    assert all(math.isclose(a, b, rel_tol=1e-2, abs_tol=1e-3) for a, b in zip(found, theirs)), (found, theirs)
    return image.transform(image.size, Image.PERSPECTIVE, found, resample, fillcolor=tuple(FILL))


# The last two are parallelograms, which an affine map makes too, but Pillow computes in another way.
corners = [
    [(0, 0), (0, 0), (0, 0), (0, 0)], [(1, 2), (3, 0), (2, 1), (0, 3)], [(4, 3), (0, 0), (4, 2), (1, 1)],
    [(0, 0), (1, 0), (0, 1), (1, 1)], [(1, 0), (0, 0), (1, 1), (0, 1)]]
for name, resample in [("PerspectiveNearest", Image.NEAREST), ("PerspectiveBilinear", Image.BILINEAR)]:
    emit(name, [(" ".join(f"{x} {y}" for x, y in c), digest([perspective(image, c, resample) for image in IMAGES])) for c in corners])

blurs = [(1, 0.5), (3, 0.8), (5, 0.1), (5, 2), (9, 1.7), (23, 6)]
emit("Blurs", [(f"{kernel} {sigma}", base64.b64encode(functional.gaussian_blur(IMAGES[3], kernel, sigma).tobytes()).decode()) for kernel, sigma in blurs])
print("}")
