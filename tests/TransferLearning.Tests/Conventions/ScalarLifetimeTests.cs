using System.Reflection;
using TorchSharp;

namespace TransferLearning.Tests.Conventions;

/// <summary>
/// TorchSharp 0.107 turns numbers into native scalars at some calls and drops them at once; the garbage collector can
/// free one while native code reads it: rarely a wrong result, more often "Unknown scalar type" after some thousand
/// steps. Neither the library's code nor a layer of its networks may make such a call.
/// </summary>
public sealed class ScalarLifetimeTests
{
    private const byte Call = 0x28;
    private const byte CallVirtual = 0x6F;
    private const BindingFlags Everything = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    private static readonly HashSet<MethodBase> _careless =
        [.. Methods(typeof(torch).Assembly).Where(method => Calls(method).Any(IsScalarConversion))];

    [Fact]
    public void TorchSharp_StillHasCarelessMethods_OrThisTestHasLostItsPoint() =>
        Assert.Contains(_careless, method => method.DeclaringType == typeof(torch.Tensor) && method.Name == "add");

    [Fact]
    public void Library_CallsNoMethodThatDropsAScalar()
    {
        string[] careless = [.. Methods(typeof(Trainer).Assembly)
            .SelectMany(method => Calls(method).Where(_careless.Contains).Select(called => $"{method.DeclaringType}.{method.Name} calls {called}"))];

        Assert.Empty(careless);
    }

    [Fact]
    public void BuiltInNetwork_HasNoLayerThatDropsAScalar()
    {
        var careless = new SortedSet<string>();
        foreach (string name in Pretrained.Names)
        {
            using torch.nn.Module network = Pretrained.ByName(name).Build();
            foreach (torch.nn.Module layer in network.modules())
            {
                foreach (MethodBase forward in layer.GetType().GetMethods().Where(method => method.Name == "forward"))
                {
                    if (_careless.Contains(forward) || Calls(forward).Any(_careless.Contains))
                        careless.Add(layer.GetType().Name);
                }
            }
        }

        Assert.Empty(careless);
    }

    private static bool IsScalarConversion(MethodBase method) => method.Name == "op_Implicit" && method.DeclaringType == typeof(Scalar);

    private static IEnumerable<MethodBase> Methods(Assembly assembly) =>
        assembly.GetTypes().SelectMany(type => type.GetMethods(Everything).Cast<MethodBase>().Concat(type.GetConstructors(Everything)));

    // Reads every byte that looks like a call; what is none resolves to no method, or to one that is not asked for.
    private static IEnumerable<MethodBase> Calls(MethodBase method)
    {
        byte[] code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (int at = 0; at + sizeof(int) < code.Length; at++)
        {
            if (code[at] is Call or CallVirtual && Resolve(method, BitConverter.ToInt32(code, at + 1)) is MethodBase called)
                yield return called;
        }
    }

    private static MethodBase? Resolve(MethodBase caller, int token)
    {
        try
        {
            return caller.Module.ResolveMethod(
                token,
                caller.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null,
                caller.IsGenericMethod ? caller.GetGenericArguments() : null);
        }
        catch (Exception failure) when (failure is ArgumentException or BadImageFormatException or MissingMethodException or TypeLoadException or FileNotFoundException)
        {
            return null;
        }
    }
}
