"""Writes the files beside it with PyTorch's exporter: small networks, random weights, one file for each network and opset.

Debian's python3-torch (1.13) and python3-torchvision (0.14), which know opsets 7 to 17: python3 export.py
"""
from functools import partial
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F
from torch.onnx import TrainingMode
from torchvision.models import DenseNet, MobileNetV2, MobileNetV3, RegNet, SwinTransformer, VisionTransformer
from torchvision.models.convnext import CNBlockConfig, ConvNeXt
from torchvision.models.mobilenetv3 import InvertedResidualConfig
from torchvision.models.regnet import BlockParams

FOLDER = Path(__file__).parent


class Plain(nn.Module):
    """What networks of 2015 are made of; flattened by the size that the exporter traces."""

    def __init__(self, ceil_mode=True):
        super().__init__()
        self.ceil_mode = ceil_mode
        self.conv1 = nn.Conv2d(3, 8, 3, stride=2, padding=1)
        self.bn1 = nn.BatchNorm2d(8)
        self.conv2 = nn.Conv2d(8, 8, 3, padding=(1, 2), groups=2, bias=False)
        self.bn2 = nn.BatchNorm2d(8)
        self.dropout = nn.Dropout(0.5)
        self.fc = nn.Linear(8, 5)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 3, 2, 1, ceil_mode=self.ceil_mode)
        y = F.leaky_relu(self.bn2(self.conv2(x)), 0.1)
        y = F.avg_pool2d(F.pad(y, (0, 1, 1, 0)), 2, count_include_pad=False)
        y = F.adaptive_avg_pool2d(y, 1)
        return self.fc(self.dropout(y.view(y.size(0), -1)))


class Activations(nn.Module):
    """One branch for each activation, joined."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 4, 3, padding=1, padding_mode="reflect")
        self.branches = nn.ModuleList([
            nn.ReLU6(), nn.Hardswish(), nn.Hardsigmoid(), nn.SiLU(), nn.GELU(), nn.ELU(0.7), nn.PReLU(4), nn.Softplus(), nn.Tanh(), nn.Mish(),
            nn.Hardtanh(-0.5, 2.0), nn.Sigmoid(), nn.LogSigmoid(), nn.SELU(), nn.CELU(1.3), nn.Softsign(), nn.Softmin(1)])
        self.norm = nn.GroupNorm(2, 4 * len(self.branches))
        self.fc = nn.Linear(4 * len(self.branches), 5)

    def forward(self, x):
        x = self.stem(x)
        return self.fc(self.norm(torch.cat([branch(x) for branch in self.branches], 1)).mean((2, 3)))


class Shuffled(nn.Module):
    """Channels split, shuffled and gated, with shapes computed from the tensor's own."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, stride=2, padding=1)
        self.depthwise = nn.Conv2d(4, 4, 3, padding=2, dilation=2, groups=4)
        self.squeeze = nn.Conv2d(8, 2, 1)
        self.excite = nn.Conv2d(2, 8, 1)
        self.fc = nn.Linear(8, 5)

    def forward(self, x):
        x = self.stem(x)
        kept, changed = x.chunk(2, 1)
        x = torch.cat((kept, self.depthwise(changed)), 1)
        n, c, h, w = x.shape
        x = x.view(n, 2, c // 2, h, w).transpose(1, 2).contiguous().view(n, c, h, w)
        gate = torch.sigmoid(self.excite(F.relu(self.squeeze(x.mean((2, 3), keepdim=True)))))
        x = x * gate + x[:, :, ...] / 2 - 0.25
        return self.fc(torch.flatten(F.max_pool2d(x, 2).amax((2, 3)), 1))


class Attention(nn.Module):
    """Tokens by hand, and PyTorch's own module of attention."""

    def __init__(self):
        super().__init__()
        self.patches = nn.Conv2d(3, 16, 8, 8)
        self.cls = nn.Parameter(torch.randn(1, 1, 16))
        self.positions = nn.Parameter(torch.randn(1, 17, 16))
        self.norm1, self.norm2 = nn.LayerNorm(16), nn.LayerNorm(16, eps=1e-6)
        self.qkv, self.out = nn.Linear(16, 48), nn.Linear(16, 16, bias=False)
        self.attention = nn.MultiheadAttention(16, 4, batch_first=True)
        self.fc = nn.Linear(16, 5)

    def forward(self, x):
        x = self.patches(x).flatten(2).transpose(1, 2)
        x = torch.cat((self.cls.expand(x.shape[0], -1, -1), x), 1) + self.positions
        b, t, c = x.shape
        q, k, v = self.qkv(self.norm1(x)).reshape(b, t, 3, 2, c // 2).permute(2, 0, 3, 1, 4).unbind(0)
        scores = (q @ k.transpose(-2, -1)) * (c // 2) ** -0.5
        x = x + self.out((scores.softmax(-1) @ v).transpose(1, 2).reshape(b, t, c))
        y = self.norm2(x)
        x = x + self.attention(y, y, y, need_weights=False)[0]
        return self.fc(x[:, 0])


def mobile_v2():
    return MobileNetV2(5, 0.2, [[1, 16, 1, 1], [6, 24, 2, 2], [6, 32, 1, 2]], 4)


def mobile_v3():
    block = partial(InvertedResidualConfig, width_mult=0.5)
    return MobileNetV3([block(16, 3, 16, 16, True, "RE", 2, 1), block(16, 5, 48, 24, True, "HS", 2, 1), block(24, 5, 64, 24, False, "HS", 1, 1)], 32, 5)


def vit():
    return VisionTransformer(32, 8, 2, 2, 16, 32, num_classes=5)


def swin():
    return SwinTransformer([8, 8], 8, [2], [2], [2, 2], num_classes=5)


def convnext():
    return ConvNeXt([CNBlockConfig(8, 16, 1), CNBlockConfig(16, None, 1)], num_classes=5)


def dense():
    return DenseNet(4, (2, 2), 8, num_classes=5)


def regnet():
    return RegNet(BlockParams([1, 1], [8, 16], [4, 4], [1.0, 1.0], [2, 2], 0.25), 5, 8)


NETWORKS = {
    "plain": (Plain, (10, 11, 13, 15, 17)),
    "without_ceil": (partial(Plain, ceil_mode=False), (7, 8, 9)),      # before opset 10, the exporter pads more than a kernel for it
    "activations": (Activations, (14, 15, 17)),
    "shuffled": (Shuffled, (9, 11, 13, 17)),
    "attention": (Attention, (12, 14, 17)),
    "mobilenet_v2": (mobile_v2, (7, 10, 16)),
    "mobilenet_v3": (mobile_v3, (11, 14)),
    "vit": (vit, (12, 14, 17)),
    "swin": (swin, (17,)),
    "convnext": (convnext, (11, 17)),
    "densenet": (dense, (9, 13)),
    "regnet": (regnet, (10, 15)),
}


def randomize(network, generator):
    for tensor in network.state_dict().values():
        if tensor.is_floating_point():
            spread = (3 / max(1, tensor[0].numel())) ** 0.5 if tensor.dim() >= 2 else 0.3
            tensor.copy_(torch.empty_like(tensor).uniform_(-spread, spread, generator=generator))
            if tensor.dim() == 1:
                tensor.abs_().add_(0.2)


def write(name, build, opset, training, dynamic):
    generator = torch.Generator().manual_seed(1)
    network = build()
    with torch.no_grad():
        randomize(network, generator)
    torch.onnx.export(
        network.eval(), torch.rand(1, 3, 32, 32, generator=generator), FOLDER / f"{name}.onnx", opset_version=opset,
        training=TrainingMode.PRESERVE if training else TrainingMode.EVAL, do_constant_folding=not training,
        input_names=["images"], output_names=["scores"], dynamic_axes={"images": {0: "n"}, "scores": {0: "n"}} if dynamic else None)


for name, (build, opsets) in NETWORKS.items():
    for index, opset in enumerate(opsets):
        # Every other opset as exporters do by default, with norms folded; the others for training, of one image where the network can.
        training = index % 2 == 1
        write(f"{name}-{opset}", build, opset, training, dynamic=not training or name in ("attention", "vit"))
write("of_one_image", vit, 14, training=False, dynamic=False)
