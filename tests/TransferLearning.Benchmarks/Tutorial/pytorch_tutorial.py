"""PyTorch's transfer-learning tutorial, an epoch of training and validation at a time: as it is written, or at its best.

Needs torch and torchvision. Prints the seconds of each epoch, and the median of those after the first.
"""

import argparse
import os
import statistics
import time

import torch
import torchvision
from torchvision import transforms

MEAN, DEVIATION = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
TRANSFORMS = {
    "train": [transforms.RandomResizedCrop(224), transforms.RandomHorizontalFlip()],
    "val": [transforms.Resize(256), transforms.CenterCrop(224)],
}


def loaders(arguments):
    for phase, augmentation in TRANSFORMS.items():
        pipeline = transforms.Compose([*augmentation, transforms.ToTensor(), transforms.Normalize(MEAN, DEVIATION)])
        images = torchvision.datasets.ImageFolder(os.path.join(arguments.data, phase), pipeline)
        yield phase, torch.utils.data.DataLoader(
            images,
            batch_size=arguments.batch_size,
            shuffle=phase == "train",
            num_workers=arguments.workers,
            pin_memory=arguments.best and arguments.device != "cpu",
            persistent_workers=arguments.best and arguments.workers > 0,
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", help="a folder with the folders train and val")
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--batch-size", type=int, default=4)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--best", action="store_true", help="channels last, bfloat16, cuDNN's search, workers that stay")
    arguments = parser.parse_args()

    torch.backends.cudnn.benchmark = arguments.best
    layout = torch.channels_last if arguments.best else torch.contiguous_format
    batches = dict(loaders(arguments))
    network = torchvision.models.resnet18(weights=None)
    network.fc = torch.nn.Linear(512, 2)
    network = network.to(arguments.device, memory_format=layout)
    optimizer = torch.optim.SGD(network.parameters(), lr=1e-3, momentum=0.9)

    seconds = []
    for _ in range(arguments.epochs):
        start = time.perf_counter()
        for phase in TRANSFORMS:
            loss, accuracy = run(network, batches[phase], optimizer if phase == "train" else None, layout, arguments)
            print(f"{phase}: loss {loss:.4f}, accuracy {accuracy:.4f}")
        seconds.append(time.perf_counter() - start)
    print(f"epochs: {[round(value, 2) for value in seconds]} s, median of those after the first: {statistics.median(seconds[1:] or seconds):.2f} s")


def run(network, batches, optimizer, layout, arguments):
    network.train(optimizer is not None)
    loss_sum, hits, count = 0.0, 0, 0
    for images, labels in batches:
        images = images.to(arguments.device, non_blocking=arguments.best, memory_format=layout)
        labels = labels.to(arguments.device, non_blocking=arguments.best)
        device_type = torch.device(arguments.device).type
        with torch.set_grad_enabled(optimizer is not None), torch.autocast(device_type, torch.bfloat16, enabled=arguments.best):
            output = network(images)
            loss = torch.nn.functional.cross_entropy(output, labels)
        if optimizer is not None:
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        loss_sum += loss.item() * len(labels)
        hits += (output.argmax(1) == labels).sum().item()
        count += len(labels)
    return loss_sum / count, hits / count


if __name__ == "__main__":
    main()
