using TransferLearning.Importing.Operators;
using TransferLearning.Networks.Layers;

namespace TransferLearning.Importing;

/// <summary>Where a plan is cut into stages, and what of it is the head.</summary>
internal sealed class OnnxStages
{
    /// <summary>The key of the head's stage.</summary>
    public const string Head = "head";

    private const int LongStage = 12;
    private const int PartsOfLongStage = 4;

    private readonly IReadOnlyList<PlannedLayer> _layers;
    private readonly int _end;
    private readonly OnnxValue _images;
    private readonly OnnxValue?[] _crossings;
    private readonly int[] _weighted;       // how many layers before each have weights

    /// <exception cref="InvalidDataException">The plan has no features of one vector an image, or nothing to learn below the head.</exception>
    public OnnxStages(OnnxPlan plan)
    {
        (_layers, Output) = GlobalMeans.Fuse(plan.Layers, plan.Output);
        _end = _layers.Count;
        while (_end > 1 && IsReading(_layers[_end - 1], _end < _layers.Count))
            (_end, Output) = (_end - 1, _layers[_end - 1].Inputs[0]);

        _images = plan.Images;
        _crossings = FindCrossings();
        _weighted = new int[_end + 1];
        for (int index = 0; index < _end; index++)
            _weighted[index + 1] = _weighted[index] + (_layers[index].Layer.HasWeights ? 1 : 0);
        HeadLayer = FindHead() is { } head ? _layers[head] : null;
        int features = HeadLayer is null ? _end : StartOfHead(HeadLayer);
        Features = HeadLayer is null ? Output : _crossings[features]!;
        FeatureSize = Features.Shape is [OnnxNode.ImageCount, > 0 and <= int.MaxValue and var size, ..] && Features.Shape.Length is 2 or 4
            ? (int)Features.Shape[1]
            : throw new InvalidDataException(
                $"its features '{Features.Name}' are {NodeShapes.Text(Features.Shape)}; "
                + $"they must be [N, features], or maps. Name a value that is so: {nameof(OnnxImportOptions)}.{nameof(OnnxImportOptions.Output)}");

        Sections = [.. Cut(features)];
        HeadSection = HeadLayer is null ? [] : [.. _layers.Take(_end).Skip(features)];
    }

    public OnnxValue Images => _images;

    /// <summary>What the last layer gives, a softmax behind it left out.</summary>
    public OnnxValue Output { get; }

    /// <summary>What the head takes; maps where it pools behind itself, or where they are pooled before a new head.</summary>
    public OnnxValue Features { get; }

    public int FeatureSize { get; }

    /// <summary>The last linear layer; null where the file ends in features.</summary>
    public PlannedLayer? HeadLayer { get; }

    /// <summary>The stages below the head.</summary>
    public IReadOnlyList<PlannedSection> Sections { get; }

    public IReadOnlyList<PlannedLayer> HeadSection { get; }

    // A softmax, or the temperature before it.
    private static bool IsReading(PlannedLayer layer, bool isBeforeReading) => layer.Inputs is [{ IsStored: false }, ..]
        && (layer.Layer.IsReading || (isBeforeReading && layer is { Node.Operator: "Div" or "Mul", Inputs: [_, { IsStored: true } factor] }
            && factor.Shape.All(length => length == 1)));

    // The last layer with weights, if nothing behind it but what a head may have: views behind a linear layer, anything behind a convolution.
    private int? FindHead()
    {
        int last = Enumerable.Range(0, _end).LastOrDefault(index => _layers[index].Layer.HasWeights, -1);
        if (last < 1 || _layers[last] is not { Layer.Features: not null } head || StartOfHead(head) is var start && _crossings[start] is not { } input)
            return null;

        PlannedLayer[] behind = [.. _layers.Take(_end).Skip(last + 1)];
        bool isLinear = head.Output.Shape is [OnnxNode.ImageCount, _] && Output.Shape.AsSpan().SequenceEqual(head.Output.Shape)
            && behind.All(layer => layer.Layer.IsView || layer.Layer.IsDropout);
        bool isConvolution = head.Output.Shape.Length == 4 && input.Shape.Length == 4
            && Output.Shape is [OnnxNode.ImageCount, _] or [OnnxNode.ImageCount, _, _, _]
            && Output.Shape[1] == head.Output.Shape[1] && behind.All(layer => !layer.Inputs.Any(value => value.IsStored));
        return (isLinear || isConvolution) && HasWeights(0, start) ? last : null;
    }

    // A dropout before the head is the head's, so that features are without it.
    private int StartOfHead(PlannedLayer head)
    {
        int start = _layers.Index().First(entry => ReferenceEquals(entry.Item, head)).Index;
        while (start > 0 && _layers[start - 1].Layer.IsDropout && ReferenceEquals(_layers[start - 1].Output, _layers[start].Inputs[0]))
            start--;
        return start;
    }

    // Before each layer, and behind the last: the one value that layers from there on take of those before; null where there are several, or the images.
    private OnnxValue?[] FindCrossings()
    {
        var taken = new Dictionary<OnnxValue, int>();       // up to which layer
        foreach ((int index, PlannedLayer layer) in _layers.Take(_end).Index())
        {
            foreach (OnnxValue value in layer.Inputs.Where(value => !value.IsStored))
                taken[value] = index;
        }
        taken[Output] = _end;

        ILookup<int, OnnxValue> done = taken.ToLookup(entry => entry.Value + 1, entry => entry.Key);
        var crossings = new OnnxValue?[_end + 1];
        var open = new HashSet<OnnxValue>();
        for (int at = 0; at <= _end; at++)
        {
            open.ExceptWith(done[at]);
            bool imagesAreTaken = taken.GetValueOrDefault(_images, -1) >= at;
            crossings[at] = open.Count == 1 && !imagesAreTaken ? open.First() : null;
            if (at < _end && taken.ContainsKey(_layers[at].Output))
                open.Add(_layers[at].Output);
        }
        return crossings;
    }

    // A stage ends where maps of its size are last alone; what halves the size begins the next.
    private IEnumerable<PlannedSection> Cut(int end)
    {
        (int At, long Size)[] candidates = [.. Enumerable.Range(1, Math.Max(0, end - 1))
            .Select(at => (At: at, Value: _crossings[at]))
            .Where(cut => cut.Value is not null)
            .Select(cut => (cut.At, SizeOf(cut.Value!)))];
        int[] lasts = [.. candidates.GroupBy(cut => cut.Size).Select(group => group.Max(cut => cut.At)).Order()];

        var bounds = new List<int> { 0 };
        foreach (int at in lasts.Where(at => HasWeights(bounds[^1], at) && HasWeights(at, end)))
            bounds.Add(at);
        bounds.Add(end);
        if (!HasWeights(0, end))
            throw new InvalidDataException("it has no layer with weights below its head, so there is nothing that was learned");

        foreach ((int first, int next) in bounds.Zip(bounds.Skip(1)))
        {
            int start = first;
            foreach (int at in Parts(first, next, candidates.Select(cut => cut.At)).Append(next))
            {
                yield return new PlannedSection(_layers[at - 1].Name, [.. _layers.Take(at).Skip(start)]);
                start = at;
            }
        }
    }

    // Networks of tokens keep their size, and are cut by their weights.
    private IEnumerable<int> Parts(int first, int end, IEnumerable<int> candidates)
    {
        int weighted = CountWeighted(first, end);
        if (weighted <= LongStage || weighted * 2 < CountWeighted(0, _end))
            yield break;

        int start = first;
        foreach (int at in candidates.Where(at => at > first && at < end).Order())
        {
            if (CountWeighted(start, at) * PartsOfLongStage >= weighted && HasWeights(at, end))
            {
                yield return at;
                start = at;
            }
        }
    }

    private bool HasWeights(int first, int end) => CountWeighted(first, end) > 0;

    private int CountWeighted(int first, int end) => _weighted[end] - _weighted[first];

    private static long SizeOf(OnnxValue value) => value.Shape.Skip(value.Shape.Length == 4 ? 2 : 1)
        .SkipLast(value.Shape.Length == 4 ? 0 : 1).Aggregate(1L, (product, length) => product * length);
}

/// <summary>A stage of a plan.</summary>
/// <param name="Name">Its key in the network: that of its last layer.</param>
/// <param name="Layers">Its layers.</param>
internal sealed record PlannedSection(string Name, IReadOnlyList<PlannedLayer> Layers);

/// <summary>A mean over whole maps and the view behind it are one pool, which gives features.</summary>
internal static class GlobalMeans
{
    public static (IReadOnlyList<PlannedLayer> Layers, OnnxValue Output) Fuse(IReadOnlyList<PlannedLayer> layers, OnnxValue output)
    {
        var fused = new List<PlannedLayer>();
        var left = new HashSet<PlannedLayer>(ReferenceEqualityComparer.Instance);
        ILookup<OnnxValue, PlannedLayer> uses = layers.SelectMany(user => user.Inputs.Select(value => (value, user)))
            .ToLookup(use => use.value, use => use.user);
        foreach (PlannedLayer layer in layers.Where(layer => !left.Contains(layer)))
        {
            PlannedLayer[] users = layer.Layer.IsGlobalMean ? [.. uses[layer.Output]] : [];
            bool isPool = layer is { Layer.IsGlobalMean: true, Output.Shape: [OnnxNode.ImageCount, _, 1, 1] };
            if (isPool && users is [{ Layer.IsView: true, Output.Shape: [OnnxNode.ImageCount, _] } view])
            {
                left.Add(view);
                fused.Add(Pool(layer, view.Output));
            }
            else if (isPool && ReferenceEquals(layer.Output, output))
            {
                output = new OnnxValue(output.Name, output.Shape[..2], read: null);
                fused.Add(Pool(layer, output));
            }
            else
            {
                fused.Add(layer);
            }
        }
        return (fused, output);
    }

    private static PlannedLayer Pool(PlannedLayer layer, OnnxValue output) =>
        layer with { Layer = new OnnxLayer(output.Shape, [0], _ => new GlobalAveragePool()), Output = output };
}
