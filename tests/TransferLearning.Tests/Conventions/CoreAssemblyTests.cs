using System.Reflection;
using TransferLearning.Inference;

namespace TransferLearning.Tests.Conventions;

public sealed class CoreAssemblyTests
{
    [Theory]
    [InlineData(typeof(IPredictor), "TransferLearning.Core")]
    [InlineData(typeof(OnnxPredictor), "TransferLearning.OnnxRuntime")]
    public void Assembly_WithWhatServingNeeds_DoesNotReferenceTorchSharp(Type type, string name)
    {
        Assembly assembly = type.Assembly;
        IEnumerable<string?> referenced = assembly.GetReferencedAssemblies().Select(reference => reference.Name);

        Assert.Equal(name, assembly.GetName().Name);
        Assert.DoesNotContain(referenced, other => other!.Contains("Torch", StringComparison.OrdinalIgnoreCase) || other == "TransferLearning");
    }
}
