using TransferLearning.Networks.Graph;

namespace TransferLearning.Exporting.Quantization;

/// <summary>
/// Finds scales on images, and which layers must stay in float: where the outputs err beyond the bound, each layer is rounded alone, and those that cost
/// most are left out, one after the other, until the bound holds or enough are.
/// </summary>
/// <remarks>Source: Nagel et al., "A White Paper on Neural Network Quantization", arXiv:2106.08295, section 3.6.</remarks>
internal sealed class Quantizer
{
    private const int JudgingImages = 16, RankingImages = 8;

    private readonly QuantizableGraph _graph;
    private readonly SimulatedNetwork _network;
    private readonly CalibrationImages _images;
    private readonly OnnxQuantization _options;
    private readonly Dictionary<GraphNode, (double Low, double High)> _measured = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<(GraphNode, ActivationRange), QuantizedLayer> _quantized = [];

    public Quantizer(QuantizableGraph graph, SimulatedNetwork network, CalibrationImages images, OnnxQuantization options)
    {
        (_graph, _network, _images, _options) = (graph, network, images, options);
        Measure();
    }

    /// <summary>The plan, and what came of it.</summary>
    public (QuantizationPlan Plan, OnnxQuantizationReport Report) Find()
    {
        var layers = new HashSet<GraphNode>(_graph.Layers, ReferenceEqualityComparer.Instance);
        CalibrationImages judging = _images.Few(JudgingImages);
        float[] expected = _network.Outputs(judging);
        QuantizationPlan plan = PlanOf(layers);
        double error = ErrorOf(plan, judging, expected);
        var left = new List<string>();
        foreach (GraphNode worst in error > _options.LargestError ? Ranked().Take(_options.MostFloatLayers) : [])
        {
            layers.Remove(worst);
            left.Add(worst.Name);
            plan = PlanOf(layers);
            error = ErrorOf(plan, judging, expected);
            if (error <= _options.LargestError)
                break;
        }
        return (plan, new OnnxQuantizationReport(_images.Count, layers.Count, error, left));
    }

    /// <summary>The layers, beginning with the one that alone changes the outputs most.</summary>
    private IEnumerable<GraphNode> Ranked()
    {
        CalibrationImages ranking = _images.Few(RankingImages);
        float[] expected = _network.Outputs(ranking);
        return [.. _graph.Layers.OrderByDescending(ErrorAlone)];

        double ErrorAlone(GraphNode layer) => ErrorOf(PlanOf(new HashSet<GraphNode>([layer], ReferenceEqualityComparer.Instance)), ranking, expected);
    }

    private QuantizationPlan PlanOf(IReadOnlySet<GraphNode> layers) => new(_graph, layers, _measured, (layer, input) =>
    {
        if (!_quantized.TryGetValue((layer, input), out QuantizedLayer? known))
            _quantized[(layer, input)] = known = QuantizedLayer.Of(_graph.Folded(layer), input, _options.ReducedRange);
        return known;
    });

    private double ErrorOf(QuantizationPlan plan, CalibrationImages images, float[] expected)
    {
        double difference = 0, size = 0;
        foreach ((float given, float wanted) in _network.Outputs(images, plan).Zip(expected))
        {
            difference += ((double)given - wanted) * ((double)given - wanted);
            size += (double)wanted * wanted;
        }
        return double.IsNaN(difference) ? double.PositiveInfinity : size > 0 ? Math.Sqrt(difference / size) : 0;
    }

    private void Measure()
    {
        var statistics = new Dictionary<GraphNode, ActivationStatistics>(ReferenceEqualityComparer.Instance);
        _network.Observe(_images, (node, values) =>
        {
            if (QuantizableGraph.CanBeStored(node))
                (statistics.TryGetValue(node, out ActivationStatistics? seen) ? seen : statistics[node] = new ActivationStatistics()).Widen(values);
        });
        if (statistics.FirstOrDefault(entry => !double.IsFinite(entry.Value.Highest - entry.Value.Lowest)) is { Key: { } node })
            throw new InvalidOperationException($"'{node.Name}' ({node.Operation.Name}) gives numbers on the calibration images that are not finite.");
        if (_options.Percentile < 100)
            _network.Observe(_images, (seen, values) => statistics.GetValueOrDefault(seen)?.Count(values));
        foreach ((GraphNode seen, ActivationStatistics numbers) in statistics)
            _measured[seen] = numbers.Within(_options.Percentile);
    }
}
