using TransferLearning.Imaging;
using TransferLearning.Transforms;
using static TransferLearning.Imaging.Interpolation;
using static TransferLearning.Published.OfficialWeights;
using static TransferLearning.Transforms.ChannelStatistics;

namespace TransferLearning.Published;

/// <summary>
/// All classification weights that torchvision 0.27 publishes, one line a file: network, version, the file's name without its ending (it ends in the first
/// digits of its SHA-256), accuracy on ImageNet's validation images in percent (top-1, top-5), megabytes, parameters, billions of operations per image, and
/// how the publisher prepared the images (256 and 224 pixels by default). A network's default weights stand last.
/// </summary>
/// <remarks>
/// torchvision builds GoogLeNet and Inception v3 with a layer that turns ImageNet's statistics into deviations and means of 0.5;
/// here such statistics stand in the table instead, and the network gets the same numbers.
/// </remarks>
internal static class TorchvisionWeights
{
    // Pixels of 0 to 255 less a mean, as Caffe's networks had them.
    private static readonly ChannelStatistics _unscaled = new(new Rgb(0.48235f, 0.45882f, 0.40784f), new Rgb(1 / 255f, 1 / 255f, 1 / 255f));

    public static IReadOnlyList<PublishedBackbone> All { get; } =
    [
        Row("alexnet", ImageNet1KV1, "alexnet-owt-7be5be79", 56.522, 79.066, 233.087, 61_100_840, 0.714),
        Row("vgg11", ImageNet1KV1, "vgg11-8a719046", 69.02, 88.628, 506.84, 132_863_336, 7.609),
        Row("vgg11_bn", ImageNet1KV1, "vgg11_bn-6002323d", 70.37, 89.81, 506.881, 132_868_840, 7.609),
        Row("vgg13", ImageNet1KV1, "vgg13-19584684", 69.928, 89.246, 507.545, 133_047_848, 11.308),
        Row("vgg13_bn", ImageNet1KV1, "vgg13_bn-abd245e5", 71.586, 90.374, 507.59, 133_053_736, 11.308),
        Row("vgg16", ImageNet1KFeatures, "vgg16_features-amdegroot-88682ab5", null, null, 527.802, 138_357_544, 15.47, statistics: _unscaled),
        Row("vgg16", ImageNet1KV1, "vgg16-397923af", 71.592, 90.382, 527.796, 138_357_544, 15.47),
        Row("vgg16_bn", ImageNet1KV1, "vgg16_bn-6c64b313", 73.36, 91.516, 527.866, 138_365_992, 15.47),
        Row("vgg19", ImageNet1KV1, "vgg19-dcbb9e9d", 72.376, 90.876, 548.051, 143_667_240, 19.632),
        Row("vgg19_bn", ImageNet1KV1, "vgg19_bn-c79401a0", 74.218, 91.842, 548.143, 143_678_248, 19.632),
        Row("squeezenet1_1", ImageNet1KV1, "squeezenet1_1-b8a52dc0", 58.178, 80.624, 4.729, 1_235_496, 0.349),
        Row("squeezenet1_0", ImageNet1KV1, "squeezenet1_0-b66bff10", 58.092, 80.42, 4.778, 1_248_424, 0.819),
        Row("googlenet", ImageNet1KV1, "googlenet-1378be20", 69.778, 89.53, 49.731, 6_624_904, 1.498, statistics: Inception),
        Row("inception_v3", ImageNet1KV1, "inception_v3_google-0cc3c7bd", 77.294, 93.45, 103.903, 27_161_264, 5.713, 342, 299, statistics: Inception),
        Row("densenet121", ImageNet1KV1, "densenet121-a639ec97", 74.434, 91.972, 30.845, 7_978_856, 2.834),
        Row("densenet169", ImageNet1KV1, "densenet169-b2777c0a", 75.6, 92.806, 54.708, 14_149_480, 3.36),
        Row("densenet201", ImageNet1KV1, "densenet201-c1103571", 76.896, 93.37, 77.373, 20_013_928, 4.291),
        Row("densenet161", ImageNet1KV1, "densenet161-8d451a50", 77.138, 93.56, 110.369, 28_681_000, 7.728),
        Row("resnet18", ImageNet1KV1, "resnet18-f37072fd", 69.758, 89.078, 44.661, 11_689_512, 1.814),
        Row("resnet34", ImageNet1KV1, "resnet34-b627a593", 73.314, 91.42, 83.275, 21_797_672, 3.664),
        Row("resnet50", ImageNet1KV1, "resnet50-0676ba61", 76.13, 92.862, 97.781, 25_557_032, 4.089),
        Row("resnet50", ImageNet1KV2, "resnet50-11ad3fa6", 80.858, 95.434, 97.79, 25_557_032, 4.089, 232),
        Row("resnet101", ImageNet1KV1, "resnet101-63fe2227", 77.374, 93.546, 170.511, 44_549_160, 7.801),
        Row("resnet101", ImageNet1KV2, "resnet101-cd907fc2", 81.886, 95.78, 170.53, 44_549_160, 7.801, 232),
        Row("resnet152", ImageNet1KV1, "resnet152-394f9c45", 78.312, 94.046, 230.434, 60_192_808, 11.514),
        Row("resnet152", ImageNet1KV2, "resnet152-f82ba261", 82.284, 96.002, 230.474, 60_192_808, 11.514, 232),
        Row("resnext50_32x4d", ImageNet1KV1, "resnext50_32x4d-7cdf4587", 77.618, 93.698, 95.789, 25_028_904, 4.23),
        Row("resnext50_32x4d", ImageNet1KV2, "resnext50_32x4d-1a0047aa", 81.198, 95.34, 95.833, 25_028_904, 4.23, 232),
        Row("resnext101_64x4d", ImageNet1KV1, "resnext101_64x4d-173b62eb", 83.246, 96.454, 319.318, 83_455_272, 15.46, 232),
        Row("resnext101_32x8d", ImageNet1KV1, "resnext101_32x8d-8ba56ff5", 79.312, 94.526, 339.586, 88_791_336, 16.414),
        Row("resnext101_32x8d", ImageNet1KV2, "resnext101_32x8d-110c445d", 82.834, 96.228, 339.673, 88_791_336, 16.414, 232),
        Row("wide_resnet50_2", ImageNet1KV1, "wide_resnet50_2-95faca4d", 78.468, 94.086, 131.82, 68_883_240, 11.398),
        Row("wide_resnet50_2", ImageNet1KV2, "wide_resnet50_2-9ba9bcbe", 81.602, 95.758, 263.124, 68_883_240, 11.398, 232),
        Row("wide_resnet101_2", ImageNet1KV1, "wide_resnet101_2-32ee1156", 78.848, 94.284, 242.896, 126_886_696, 22.753),
        Row("wide_resnet101_2", ImageNet1KV2, "wide_resnet101_2-d733dc28", 82.51, 96.02, 484.747, 126_886_696, 22.753, 232),
        Row("mobilenet_v2", ImageNet1KV1, "mobilenet_v2-b0353104", 71.878, 90.286, 13.555, 3_504_872, 0.301),
        Row("mobilenet_v2", ImageNet1KV2, "mobilenet_v2-7ebf99e0", 72.154, 90.822, 13.598, 3_504_872, 0.301, 232),
        Row("mobilenet_v3_small", ImageNet1KV1, "mobilenet_v3_small-047dcff4", 67.668, 87.402, 9.829, 2_542_856, 0.057),
        Row("mobilenet_v3_large", ImageNet1KV1, "mobilenet_v3_large-8738ca79", 74.042, 91.34, 21.114, 5_483_032, 0.217),
        Row("mobilenet_v3_large", ImageNet1KV2, "mobilenet_v3_large-5c1a4163", 75.274, 92.566, 21.107, 5_483_032, 0.217, 232),
        Row("mnasnet0_5", ImageNet1KV1, "mnasnet0.5_top1_67.823-3ffadce67e", 67.734, 87.49, 8.591, 2_218_512, 0.104),
        Row("mnasnet0_75", ImageNet1KV1, "mnasnet0_75-7090bc5f", 71.18, 90.496, 12.303, 3_170_208, 0.215, 232),
        Row("mnasnet1_0", ImageNet1KV1, "mnasnet1.0_top1_73.512-f206786ef8", 73.456, 91.51, 16.915, 4_383_312, 0.314),
        Row("mnasnet1_3", ImageNet1KV1, "mnasnet1_3-a4c69d6f", 76.506, 93.522, 24.246, 6_282_256, 0.526, 232),
        Row("shufflenet_v2_x0_5", ImageNet1KV1, "shufflenetv2_x0.5-f707e7126e", 60.552, 81.746, 5.282, 1_366_792, 0.04),
        Row("shufflenet_v2_x1_0", ImageNet1KV1, "shufflenetv2_x1-5666bf0f80", 69.362, 88.316, 8.791, 2_278_604, 0.145),
        Row("shufflenet_v2_x1_5", ImageNet1KV1, "shufflenetv2_x1_5-3c479a10", 72.996, 91.086, 13.557, 3_503_624, 0.296, 232),
        Row("shufflenet_v2_x2_0", ImageNet1KV1, "shufflenetv2_x2_0-8be3c8ee", 76.23, 93.006, 28.433, 7_393_996, 0.583, 232),
        Row("efficientnet_b0", ImageNet1KV1, "efficientnet_b0_rwightman-7f5810bc", 77.692, 93.532, 20.451, 5_288_548, 0.386, 256, 224, Bicubic),
        Row("efficientnet_b1", ImageNet1KV1, "efficientnet_b1_rwightman-bac287d4", 78.642, 94.186, 30.134, 7_794_184, 0.687, 256, 240, Bicubic),
        Row("efficientnet_b1", ImageNet1KV2, "efficientnet_b1-c27df63c", 79.838, 94.934, 30.136, 7_794_184, 0.687, 255, 240),
        Row("efficientnet_b2", ImageNet1KV1, "efficientnet_b2_rwightman-c35c1473", 80.608, 95.31, 35.174, 9_109_994, 1.088, 288, 288, Bicubic),
        Row("efficientnet_b3", ImageNet1KV1, "efficientnet_b3_rwightman-b3899882", 82.008, 96.054, 47.184, 12_233_232, 1.827, 320, 300, Bicubic),
        Row("efficientnet_b4", ImageNet1KV1, "efficientnet_b4_rwightman-23ab8bcd", 83.384, 96.594, 74.489, 19_341_616, 4.394, 384, 380, Bicubic),
        Row("efficientnet_b5", ImageNet1KV1, "efficientnet_b5_lukemelas-1a07897c", 83.444, 96.628, 116.864, 30_389_784, 10.266, 456, 456, Bicubic),
        Row("efficientnet_b6", ImageNet1KV1, "efficientnet_b6_lukemelas-24a108a5", 84.008, 96.916, 165.362, 43_040_704, 19.068, 528, 528, Bicubic),
        Row("efficientnet_b7", ImageNet1KV1, "efficientnet_b7_lukemelas-c5b4e57e", 84.122, 96.908, 254.675, 66_347_960, 37.746, 600, 600, Bicubic),
        Row("efficientnet_v2_s", ImageNet1KV1, "efficientnet_v2_s-dd5fe13b", 84.228, 96.878, 82.704, 21_458_488, 8.366, 384, 384),
        Row("efficientnet_v2_m", ImageNet1KV1, "efficientnet_v2_m-dc08266a", 85.112, 97.156, 208.01, 54_139_356, 24.582, 480, 480),
        Row("efficientnet_v2_l", ImageNet1KV1, "efficientnet_v2_l-59c71312", 85.808, 97.788, 454.573, 118_515_272, 56.08, 480, 480, Bicubic, Inception),
        Row("regnet_x_400mf", ImageNet1KV1, "regnet_x_400mf-adf1edd5", 72.834, 90.95, 21.258, 5_495_976, 0.414),
        Row("regnet_x_400mf", ImageNet1KV2, "regnet_x_400mf-62229a5f", 74.864, 92.322, 21.257, 5_495_976, 0.414, 232),
        Row("regnet_x_800mf", ImageNet1KV1, "regnet_x_800mf-ad17e45c", 75.212, 92.348, 27.945, 7_259_656, 0.8),
        Row("regnet_x_800mf", ImageNet1KV2, "regnet_x_800mf-94a99ebd", 77.522, 93.826, 27.945, 7_259_656, 0.8, 232),
        Row("regnet_x_1_6gf", ImageNet1KV1, "regnet_x_1_6gf-e3633e7f", 77.04, 93.44, 35.339, 9_190_136, 1.603),
        Row("regnet_x_1_6gf", ImageNet1KV2, "regnet_x_1_6gf-a12f2b72", 79.668, 94.922, 35.339, 9_190_136, 1.603, 232),
        Row("regnet_x_3_2gf", ImageNet1KV1, "regnet_x_3_2gf-f342aeae", 78.364, 93.992, 58.756, 15_296_552, 3.177),
        Row("regnet_x_3_2gf", ImageNet1KV2, "regnet_x_3_2gf-7071aa85", 81.196, 95.43, 58.756, 15_296_552, 3.177, 232),
        Row("regnet_x_8gf", ImageNet1KV1, "regnet_x_8gf-03ceed89", 79.344, 94.686, 151.456, 39_572_648, 7.995),
        Row("regnet_x_8gf", ImageNet1KV2, "regnet_x_8gf-2b70d774", 81.682, 95.678, 151.456, 39_572_648, 7.995, 232),
        Row("regnet_x_16gf", ImageNet1KV1, "regnet_x_16gf-2007eb11", 80.058, 94.944, 207.627, 54_278_536, 15.941),
        Row("regnet_x_16gf", ImageNet1KV2, "regnet_x_16gf-ba3796d7", 82.716, 96.196, 207.627, 54_278_536, 15.941, 232),
        Row("regnet_x_32gf", ImageNet1KV1, "regnet_x_32gf-9d47f8d0", 80.622, 95.248, 412.039, 107_811_560, 31.736),
        Row("regnet_x_32gf", ImageNet1KV2, "regnet_x_32gf-6eb8fdc6", 83.014, 96.288, 412.039, 107_811_560, 31.736, 232),
        Row("regnet_y_400mf", ImageNet1KV1, "regnet_y_400mf-c65dace8", 74.046, 91.716, 16.806, 4_344_144, 0.402),
        Row("regnet_y_400mf", ImageNet1KV2, "regnet_y_400mf-e6988f5f", 75.804, 92.742, 16.806, 4_344_144, 0.402, 232),
        Row("regnet_y_800mf", ImageNet1KV1, "regnet_y_800mf-1b27b58c", 76.42, 93.136, 24.774, 6_432_512, 0.834),
        Row("regnet_y_800mf", ImageNet1KV2, "regnet_y_800mf-58fc7688", 78.828, 94.502, 24.774, 6_432_512, 0.834, 232),
        Row("regnet_y_1_6gf", ImageNet1KV1, "regnet_y_1_6gf-b11a554e", 77.95, 93.966, 43.152, 11_202_430, 1.612),
        Row("regnet_y_1_6gf", ImageNet1KV2, "regnet_y_1_6gf-0d7bc02a", 80.876, 95.444, 43.152, 11_202_430, 1.612, 232),
        Row("regnet_y_3_2gf", ImageNet1KV1, "regnet_y_3_2gf-b5a9779c", 78.948, 94.576, 74.567, 19_436_338, 3.176),
        Row("regnet_y_3_2gf", ImageNet1KV2, "regnet_y_3_2gf-9180c971", 81.982, 95.972, 74.567, 19_436_338, 3.176, 232),
        Row("regnet_y_8gf", ImageNet1KV1, "regnet_y_8gf-d0d0e4a8", 80.032, 95.048, 150.701, 39_381_472, 8.473),
        Row("regnet_y_8gf", ImageNet1KV2, "regnet_y_8gf-dc2b1b54", 82.828, 96.33, 150.701, 39_381_472, 8.473, 232),
        Row("regnet_y_16gf", ImageNet1KV1, "regnet_y_16gf-9e6ed7dd", 80.424, 95.24, 319.49, 83_590_140, 15.912),
        Row("regnet_y_16gf", ImageNet1KSwagE2EV1, "regnet_y_16gf_swag-43afe44d", 86.012, 98.054, 319.49, 83_590_140, 46.735, 384, 384, Bicubic),
        Row("regnet_y_16gf", ImageNet1KSwagLinearV1, "regnet_y_16gf_lc_swag-f3ec0043", 83.976, 97.244, 319.49, 83_590_140, 15.912, 224, 224, Bicubic),
        Row("regnet_y_16gf", ImageNet1KV2, "regnet_y_16gf-3e4a00f9", 82.886, 96.328, 319.49, 83_590_140, 15.912, 232),
        Row("regnet_y_32gf", ImageNet1KV1, "regnet_y_32gf-4dee3f7a", 80.878, 95.34, 554.076, 145_046_770, 32.28),
        Row("regnet_y_32gf", ImageNet1KSwagE2EV1, "regnet_y_32gf_swag-04fdfa75", 86.838, 98.362, 554.076, 145_046_770, 94.826, 384, 384, Bicubic),
        Row("regnet_y_32gf", ImageNet1KSwagLinearV1, "regnet_y_32gf_lc_swag-e1583746", 84.622, 97.48, 554.076, 145_046_770, 32.28, 224, 224, Bicubic),
        Row("regnet_y_32gf", ImageNet1KV2, "regnet_y_32gf-8db6d4b5", 83.368, 96.498, 554.076, 145_046_770, 32.28, 232),
        Row("regnet_y_128gf", ImageNet1KSwagLinearV1, "regnet_y_128gf_lc_swag-cbe8ce12", 86.068, 97.844, 2461.564, 644_812_894, 127.518, 224, 224, Bicubic),
        Row("regnet_y_128gf", ImageNet1KSwagE2EV1, "regnet_y_128gf_swag-c8ce3e52", 88.228, 98.682, 2461.564, 644_812_894, 374.57, 384, 384, Bicubic),
        Row("convnext_tiny", ImageNet1KV1, "convnext_tiny-983f1562", 82.52, 96.146, 109.119, 28_589_128, 4.456, 236),
        Row("convnext_small", ImageNet1KV1, "convnext_small-0c510722", 83.616, 96.65, 191.703, 50_223_688, 8.684, 230),
        Row("convnext_base", ImageNet1KV1, "convnext_base-6075fbad", 84.062, 96.87, 338.064, 88_591_464, 15.355, 232),
        Row("convnext_large", ImageNet1KV1, "convnext_large-ea097f82", 84.414, 96.976, 754.537, 197_767_336, 34.361, 232),
        Row("vit_b_16", ImageNet1KSwagE2EV1, "vit_b_16_swag-9ac1b537", 85.304, 97.65, 331.398, 86_859_496, 55.484, 384, 384, Bicubic),
        Row("vit_b_16", ImageNet1KSwagLinearV1, "vit_b_16_lc_swag-4e70ced5", 81.886, 96.18, 330.285, 86_567_656, 17.564, 224, 224, Bicubic),
        Row("vit_b_16", ImageNet1KV1, "vit_b_16-c867db91", 81.072, 95.318, 330.285, 86_567_656, 17.564),
        Row("vit_b_32", ImageNet1KV1, "vit_b_32-d86f8d99", 75.912, 92.466, 336.604, 88_224_232, 4.409),
        Row("vit_l_16", ImageNet1KSwagE2EV1, "vit_l_16_swag-4f3808c9", 88.064, 98.512, 1164.258, 305_174_504, 361.986, 512, 512, Bicubic),
        Row("vit_l_16", ImageNet1KSwagLinearV1, "vit_l_16_lc_swag-4d563306", 85.146, 97.422, 1161.023, 304_326_632, 61.555, 224, 224, Bicubic),
        Row("vit_l_16", ImageNet1KV1, "vit_l_16-852ce7e3", 79.662, 94.638, 1161.023, 304_326_632, 61.555, 242),
        Row("vit_l_32", ImageNet1KV1, "vit_l_32-c7638314", 76.972, 93.07, 1169.449, 306_535_400, 15.378),
        Row("vit_h_14", ImageNet1KSwagLinearV1, "vit_h_14_lc_swag-c1eb923e", 85.708, 97.73, 2411.209, 632_045_800, 167.295, 224, 224, Bicubic),
        Row("vit_h_14", ImageNet1KSwagE2EV1, "vit_h_14_swag-80465313", 88.552, 98.694, 2416.643, 633_470_440, 1016.717, 518, 518, Bicubic),
        Row("swin_t", ImageNet1KV1, "swin_t-704ceda3", 81.474, 95.776, 108.19, 28_288_354, 4.491, 232, 224, Bicubic),
        Row("swin_s", ImageNet1KV1, "swin_s-5e29d889", 83.196, 96.36, 189.786, 49_606_258, 8.741, 246, 224, Bicubic),
        Row("swin_b", ImageNet1KV1, "swin_b-68c6b09e", 83.582, 96.64, 335.364, 87_768_224, 15.431, 238, 224, Bicubic),
        Row("swin_v2_t", ImageNet1KV1, "swin_v2_t-b137f0e2", 82.072, 96.132, 108.626, 28_351_570, 5.94, 260, 256, Bicubic),
        Row("swin_v2_s", ImageNet1KV1, "swin_v2_s-637d8ceb", 83.712, 96.816, 190.675, 49_737_442, 11.546, 260, 256, Bicubic),
        Row("swin_v2_b", ImageNet1KV1, "swin_v2_b-781e5279", 84.112, 96.864, 336.372, 87_930_848, 20.325, 272, 256, Bicubic),
        Row("maxvit_t", ImageNet1KV1, "maxvit_t-bc5ab103", 83.7, 96.722, 118.769, 30_919_624, 5.558, 224, 224, Bicubic),
    ];

    private static PublishedBackbone Row(
        string network, OfficialWeights version, string file, double? top1, double? top5, double megabytes, long parameters, double gflops,
        int resizeTo = 256, int cropTo = 224, Interpolation interpolation = Interpolation.Bilinear, ChannelStatistics? statistics = null) => new()
        {
            Name = network,
            Weights = version,
            Address = $"https://download.pytorch.org/models/{file}.pth",
            IsDefault = false,
            Features = 0,   // the catalog, which knows the network, fills in both
            Parameters = parameters,
            Top1Accuracy = top1,
            Top5Accuracy = top5,
            Megabytes = megabytes,
            Gflops = gflops,
            License = version is ImageNet1KSwagE2EV1 or ImageNet1KSwagLinearV1 ? "CC-BY-NC-4.0" : "BSD-3-Clause",
            Preprocessing = new() { ResizeTo = resizeTo, CropTo = cropTo, Interpolation = interpolation, Statistics = statistics ?? ImageNet },
        };
}
