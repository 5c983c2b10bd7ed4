namespace TransferLearning.Importing;

/// <summary>What a graph computes, as layers, before any is built.</summary>
internal sealed record OnnxPlan
{
    /// <summary>The layers, each after those whose outputs it takes.</summary>
    public required IReadOnlyList<PlannedLayer> Layers { get; init; }

    /// <summary>The images, as the first layer takes them.</summary>
    public required OnnxValue Images { get; init; }

    /// <summary>What the graph gives.</summary>
    public required OnnxValue Output { get; init; }

    /// <summary>The leaves whose values the plan rests on.</summary>
    public required IReadOnlySet<string> Constants { get; init; }

    /// <summary>All that was read of constants and computed from shapes, so that plans for images of two sizes can be compared.</summary>
    public required IReadOnlyList<string> Decisions { get; init; }
}

/// <summary>A layer of a plan.</summary>
/// <param name="Name">Its key in the network: unique, without a period.</param>
/// <param name="Node">The node that it computes.</param>
/// <param name="Layer">What computes it.</param>
/// <param name="Inputs">What the layer is called with.</param>
/// <param name="Output">What it gives.</param>
internal sealed record PlannedLayer(string Name, OnnxNode Node, OnnxLayer Layer, IReadOnlyList<OnnxValue> Inputs, OnnxValue Output);
