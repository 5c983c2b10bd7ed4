using TransferLearning.Networks;
using TransferLearning.Networks.Layers;
using TransferLearning.Tests.Support;
using TransferLearning.Transforms;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Exporting;

/// <summary>A network of modules alone, for images of 16 x 16: a convolution with its norm, any activation, and a linear head.</summary>
internal sealed class ModuleNetwork : StagedNetwork
{
    internal readonly Convolution2d convolution = new(3, 8, kernel: 3, stride: 2, bias: true);
    internal readonly BatchNormalization norm;
    internal readonly nn.Module<Tensor, Tensor> activation;
    internal readonly GlobalAveragePool pool = new();
    internal readonly TorchSharp.Modules.Linear head;

    private ModuleNetwork(nn.Module<Tensor, Tensor> activation, int outputs) : base(nameof(ModuleNetwork))
    {
        norm = new BatchNormalization(after: convolution);
        this.activation = activation;
        head = nn.Linear(8, outputs);
        RegisterComponents();
    }

    public static BackboneInfo Info { get; } = new()
    {
        Name = "module_network",
        Stages = [new Stage("stem", "convolution", "norm", "activation"), new Stage("head", "head")],
        Head = "head",
        FeatureSize = 8,
        Preprocessing = new Preprocessing { ResizeTo = 16, CropTo = 16 },
    };

    public override IReadOnlyList<Func<Tensor, Tensor>> Steps =>
    [
        images => pool.call(activation.call(norm.call(convolution.call(images)))),
        head.call,
    ];

    /// <summary>The network with weights that are always the same, for each <paramref name="seed"/>.</summary>
    public static ModuleNetwork Filled(nn.Module<Tensor, Tensor> activation, int outputs = 3, int seed = 0)
    {
        var network = new ModuleNetwork(activation, outputs);
        FilledWeights.Fill(network);
        using IDisposable noGradient = no_grad();
        using Tensor bias = FilledWeights.For($"bias {seed}", outputs);
        network.head.bias!.copy_(bias);
        return network;
    }
}
