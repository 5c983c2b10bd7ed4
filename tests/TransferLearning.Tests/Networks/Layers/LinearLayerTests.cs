using TorchSharp;
using TorchSharp.Modules;
using TransferLearning.Networks.Layers;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Networks.Layers;

public sealed class LinearLayerTests
{
    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void Forward_InAnyFormat_ComputesInThatOfItsInput(ScalarType format)
    {
        using var scope = NewDisposeScope();
        using LinearLayer layer = TwoRows();

        Tensor output = layer.call(tensor(new float[] { 1, 10 }, [1, 2], format));

        Assert.Equal(format, output.dtype);
        Assert.Equal([22f, 43f], output.to(ScalarType.Float32).data<float>().ToArray());
    }

    [Fact]
    public void Forward_OverSequences_KeepsTheLeadingAxes()
    {
        using var scope = NewDisposeScope();
        using LinearLayer layer = Layer.Linear(2, 5, bias: false);

        Assert.Equal([3, 4, 5], layer.call(ones(3, 4, 2)).shape);
        Assert.Equal(["weight"], layer.named_parameters().Select(entry => entry.name));
    }

    [Fact]
    public void Backward_OfBFloat16_GivesFloat32Gradients()
    {
        using var scope = NewDisposeScope();
        using LinearLayer layer = TwoRows();

        layer.call(tensor(new float[] { 1, 10 }, [1, 2], ScalarType.BFloat16)).sum().backward();

        Dictionary<string, Tensor> gradients = layer.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter.grad!);
        Assert.All(gradients.Values, gradient => Assert.Equal(ScalarType.Float32, gradient.dtype));
        Assert.Equal([1f, 10f, 1f, 10f], gradients["weight"].data<float>().ToArray());
        Assert.Equal([1f, 1f], gradients["bias"].data<float>().ToArray());
    }

    [Fact]
    public void To_AnotherFormat_TakesTheParametersAlong()
    {
        using var scope = NewDisposeScope();
        using LinearLayer layer = TwoRows();

        layer.to(ScalarType.Float64);

        Assert.All(layer.parameters(), parameter => Assert.Equal(ScalarType.Float64, parameter.dtype));
        Assert.Equal([22.0, 43.0], layer.call(tensor(new double[] { 1, 10 }, [1, 2])).data<double>().ToArray());
    }

    // Outputs a + 2b + 1 and 3a + 4b.
    private static LinearLayer TwoRows() => new(
        new Parameter(tensor(new float[] { 1, 2, 3, 4 }, [2, 2])),
        new Parameter(tensor(new float[] { 1, 0 })));
}
