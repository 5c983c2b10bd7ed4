using TorchSharp.Modules;
using TransferLearning.Networks.Layers;
using static TorchSharp.torch;

namespace TransferLearning.Importing;

/// <summary>A stage of an imported network: layers that take what layers before them gave, in the order of the graph.</summary>
internal sealed class GraphSection : nn.Module<Tensor, Tensor>, IFollowsInputFormat
{
    private readonly List<Step> _steps = [];
    private readonly Dictionary<int, string> _stored = [];
    private int _slots = 1;     // the first is the input

    /// <param name="layers">The layers of the section.</param>
    /// <param name="input">What the first takes.</param>
    /// <param name="before">Layers that the input goes through first.</param>
    /// <param name="behind">Layers that what the last one gives goes through.</param>
    /// <param name="tensors">Where weights are read.</param>
    /// <param name="isLearned">Whether the stored values that a layer takes are parameters.</param>
    public GraphSection(
        IReadOnlyList<PlannedLayer> layers, OnnxValue input, IEnumerable<(string Name, nn.Module Layer)> before,
        IEnumerable<(string Name, nn.Module Layer)> behind, IOnnxTensors tensors, Func<PlannedLayer, bool> isLearned)
        : base(nameof(GraphSection))
    {
        var slots = new Dictionary<OnnxValue, int>();
        int last = 0;
        foreach ((string name, nn.Module layer) in before)
            last = Append(name, layer, [last]);
        slots[input] = last;

        Dictionary<OnnxValue, int> uses = layers.SelectMany(user => user.Inputs).CountBy(value => value).ToDictionary();
        var made = new Dictionary<OnnxValue, (nn.Module Module, PlannedLayer Layer)>();
        foreach (PlannedLayer layer in layers)
        {
            var weights = new OnnxLayerWeights(layer.Node, tensors, at => Before(layer, at)?.Module, Before(layer, 0)?.Layer.Layer.MayBeOverwritten == true);
            nn.Module module = layer.Layer.Build!(weights);
            last = Append(layer.Name, module, [.. layer.Inputs.Select(value => SlotOf(layer, value))]);
            slots[layer.Output] = last;
            made[layer.Output] = (module, layer);
        }
        foreach ((string name, nn.Module layer) in behind)
            last = Append(name, layer, [last]);
        FindDone();

        // A layer that alone takes what another gives.
        (nn.Module Module, PlannedLayer Layer)? Before(PlannedLayer layer, int at) =>
            layer.Node.Has(at) && made.TryGetValue(layer.Node.Value(at), out (nn.Module, PlannedLayer) found)
            && uses[layer.Node.Value(at)] == 1 ? found : null;

        int SlotOf(PlannedLayer layer, OnnxValue value) => slots.TryGetValue(value, out int slot) ? slot : slots[value] = Store(layer, value);

        int Store(PlannedLayer layer, OnnxValue value)
        {
            Tensor tensor = Wide(value.Read!(tensors));
            string name = $"stored_{layer.Name}_{_stored.Count}";
            if (tensor.is_floating_point() && tensor.numel() > 1 && isLearned(layer))
                register_parameter(name, new Parameter(tensor));
            else
                register_buffer(name, tensor);
            _stored.Add(_slots, name);
            return _slots++;
        }
    }

    /// <param name="input">What the stage before gave; borrowed.</param>
    /// <returns>What the last layer gives; the caller disposes it.</returns>
    public override Tensor forward(Tensor input)
    {
        var values = new Tensor?[_slots];
        values[0] = input;
        foreach ((int slot, string name) in _stored)
            values[slot] = get_parameter(name) ?? get_buffer(name);
        try
        {
            foreach (Step step in _steps)
            {
                Tensor output = LayerCall.Run(step.Layer, [.. step.Inputs.Select(slot => values[slot]!)]);
                values[step.Output] = output;
                foreach (int slot in step.Done)
                    Release(values, slot);
            }
            Tensor result = values[_steps[^1].Output]!;
            values[_steps[^1].Output] = null;
            return result;
        }
        finally
        {
            foreach (Step step in _steps)
                Release(values, step.Output);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        // A module of one's own leaves its parameters to the garbage collector.
        if (disposing)
        {
            foreach (string name in _stored.Values)
                (get_parameter(name) ?? get_buffer(name))?.Dispose();
        }
        base.Dispose(disposing);
    }

    // What is no floating-point number is int64, which every file format has.
    private static Tensor Wide(Tensor tensor)
    {
        if (tensor.is_floating_point() || tensor.dtype == ScalarType.Int64)
            return tensor;
        using (tensor)
            return tensor.to(ScalarType.Int64);
    }

    // An identity may give what it takes.
    private static void Release(Tensor?[] values, int slot)
    {
        Tensor? value = values[slot];
        values[slot] = null;
        if (value is not null && !Array.Exists(values, other => ReferenceEquals(other, value)))
            value.Dispose();
    }

    private int Append(string name, nn.Module layer, int[] inputs)
    {
        register_module(name, layer);
        int output = _slots++;
        _steps.Add(new Step(layer, inputs, output, []));
        return output;
    }

    private void FindDone()
    {
        var seen = new HashSet<int>([0, .. _stored.Keys]);      // the input is borrowed, and what is stored stays
        foreach (Step step in Enumerable.Reverse(_steps))
            step.Done.AddRange(step.Inputs.Where(seen.Add));
    }

    /// <summary>A layer's call: which values it takes and gives, and which of them no later one takes.</summary>
    private sealed record Step(nn.Module Layer, int[] Inputs, int Output, List<int> Done);
}
