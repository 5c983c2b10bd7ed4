using TransferLearning.Networks;
using TransferLearning.Networks.Layers;
using static TorchSharp.torch;

namespace TransferLearning.Importing;

/// <summary>A network that was read from an ONNX graph.</summary>
internal sealed class OnnxNetwork : StagedNetwork
{
    private const int Classes = 1000;

    private readonly List<Func<Tensor, Tensor>> _steps = [];

    /// <param name="stages">What it computes.</param>
    /// <param name="input">How images become what the graph takes.</param>
    /// <param name="tensors">Where weights are read.</param>
    /// <exception cref="InvalidDataException">A weight cannot be read, or is NaN or infinite.</exception>
    public OnnxNetwork(OnnxStages stages, ImageLayout input, IOnnxTensors tensors) : base(nameof(OnnxNetwork))
    {
        try
        {
            HashSet<PlannedLayer> first = new(
                stages.Sections.SelectMany(section => section.Layers).TakeWhile(layer => !layer.Layer.HasWeights), ReferenceEqualityComparer.Instance);
            OnnxValue taken = stages.Images;
            foreach ((int index, PlannedSection section) in stages.Sections.Index())
            {
                IEnumerable<(string, nn.Module)> behind = index < stages.Sections.Count - 1 ? [] : Exact(stages);
                Add(section.Name, new GraphSection(section.Layers, taken, index == 0 ? input.Layers() : [], behind, tensors, Learned));
                taken = section.Layers[^1].Output;
            }

            if (stages.HeadLayer is null)
                Add(OnnxStages.Head, Layer.Linear(stages.FeatureSize, Classes));
            else
                Add(OnnxStages.Head, new GraphSection(
                    stages.HeadSection, stages.Features, [], stages.Output.Shape.Length == 4 ? [("pool", new GlobalAveragePool())] : [], tensors, Learned));

            // What images go through before the first layer with weights was not learned: a mean that is subtracted, say.
            bool Learned(PlannedLayer layer) => !first.Contains(layer);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public override IReadOnlyList<Func<Tensor, Tensor>> Steps => _steps;

    /// <summary>The stages' metadata.</summary>
    public static IEnumerable<Stage> Describe(OnnxStages stages) =>
        stages.Sections.Select(section => section.Name).Append(OnnxStages.Head).Select(name => new Stage(name, name));

    /// <summary>The path of the head.</summary>
    public static string HeadOf(OnnxStages stages) => stages.HeadLayer is { } head ? $"{OnnxStages.Head}.{head.Name}" : OnnxStages.Head;

    private void Add(string name, nn.Module<Tensor, Tensor> section)
    {
        register_module(name, section);
        _steps.Add(section.call);
    }

    // Features are float32; maps are pooled where a new head follows.
    private static IEnumerable<(string, nn.Module)> Exact(OnnxStages stages) =>
        stages.HeadLayer is null && stages.Features.Shape.Length == 4 ? [("features", new GlobalAveragePool())] : [("features", new InFloat32())];
}
