using TorchSharp.Modules;
using TransferLearning.Optimization;
using TransferLearning.Tests.Support;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Optimization;

/// <summary>Named parameters without a network, and gradients for them that repeat from run to run.</summary>
internal sealed class LooseParameters : IDisposable
{
    private readonly List<(string Name, Parameter Parameter)> _parameters = [];

    public IReadOnlyList<(string Name, Parameter Parameter)> All => _parameters;

    /// <summary>A 2-D, a 1-D and a 0-D parameter, filled by their names.</summary>
    public static LooseParameters Mixed()
    {
        var parameters = new LooseParameters();
        foreach ((string name, long[] shape) in new[] { ("fc.weight", new long[] { 3, 4 }), ("fc.bias", [5]), ("scale", []) })
            parameters._parameters.Add((name, new Parameter(FilledWeights.For(name, shape))));
        return parameters;
    }

    /// <summary>One parameter of one number, called "w".</summary>
    public static LooseParameters Scalar(float value)
    {
        var parameters = new LooseParameters();
        parameters._parameters.Add(("w", new Parameter(tensor(value))));
        return parameters;
    }

    public Parameter this[string name] => _parameters.Single(entry => entry.Name == name).Parameter;

    public float Value => _parameters.Single().Parameter.item<float>();

    public ParameterGroup Group(params string[] names) =>
        new("group", [.. _parameters.Where(entry => names.Length == 0 || names.Contains(entry.Name))]);

    /// <summary>Gives every parameter the gradient that belongs to this step.</summary>
    public void FillGradients(int step)
    {
        foreach ((string name, Parameter parameter) in _parameters)
        {
            using Tensor gradient = FilledWeights.For($"gradient {step} of {name}", parameter.shape);
            parameter.grad = gradient;
        }
    }

    public void SetGradient(float value)
    {
        using Tensor gradient = tensor(value);
        _parameters.Single().Parameter.grad = gradient;
    }

    public void Dispose()
    {
        foreach ((string _, Parameter parameter) in _parameters)
            parameter.Dispose();
    }
}
