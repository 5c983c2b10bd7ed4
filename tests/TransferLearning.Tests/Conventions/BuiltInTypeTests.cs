using System.Reflection;
using System.Reflection.Emit;
using TransferLearning.Imaging;

namespace TransferLearning.Tests.Conventions;

/// <summary>
/// What a built-in implementation can do that others cannot is said by an interface, never found out by its type: a
/// user's own decoder, transform, loss or layer could not do it otherwise. So the library neither casts to nor tests
/// for a sealed type of its own that stands behind a public interface or base class. What it may: a type may ask for
/// itself (equality), exceptions are caught by type, and what nobody else can derive from is a matter of its own.
/// </summary>
public sealed class BuiltInTypeTests
{
    private const BindingFlags Everything = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    private static readonly Assembly[] Library = [typeof(ImageReader).Assembly, typeof(Trainer).Assembly, typeof(ImageSharpDecoder).Assembly];

    private static readonly Dictionary<short, OpCode> Codes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    [Fact]
    public void Library_AsksForNoBuiltInByItsType()
    {
        string[] questions = [.. Library.SelectMany(assembly => assembly.GetTypes())
            .SelectMany(type => type.GetMethods(Everything).Cast<MethodBase>().Concat(type.GetConstructors(Everything)))
            .SelectMany(method => TypesAskedFor(method).Where(type => IsBuiltIn(type) && Outermost(type) != Outermost(method.DeclaringType!))
                .Select(type => $"{Outermost(method.DeclaringType!).Name} asks for {type.Name}")).Distinct().Order(StringComparer.Ordinal)];

        Assert.True(questions.Length == 0, string.Join(Environment.NewLine, questions));
    }

    [Fact]
    public void Questions_AreFoundInAnyForm()
    {
        foreach (string name in new[] { nameof(ByPattern), nameof(ByCast), nameof(BySelection), nameof(ByEquality) })
            Assert.Contains(typeof(SkiaImageDecoder), TypesAskedFor(typeof(BuiltInTypeTests).GetMethod(name, Everything)!));
        Assert.DoesNotContain(typeof(SkiaImageDecoder), TypesAskedFor(typeof(BuiltInTypeTests).GetMethod(nameof(NoQuestion), Everything)!));
    }

    private static bool ByPattern(IImageDecoder decoder) => decoder is SkiaImageDecoder;

    private static SkiaImageDecoder ByCast(IImageDecoder decoder) => (SkiaImageDecoder)decoder;

    private static int BySelection(IEnumerable<IImageDecoder> decoders) => decoders.OfType<SkiaImageDecoder>().Count();

    private static bool ByEquality(IImageDecoder decoder) => decoder.GetType() == typeof(SkiaImageDecoder);

    private static string NoQuestion() => typeof(SkiaImageDecoder).Name + new SkiaImageDecoder().Identifier;

    private static bool IsBuiltIn(Type type) =>
        type is { IsSealed: true, IsValueType: false, IsNestedPrivate: false } && Library.Contains(type.Assembly)
        && !type.IsSubclassOf(typeof(Exception)) && !type.IsSubclassOf(typeof(Delegate))
        && (type.BaseType is { IsVisible: true } basis && basis != typeof(object) && CanBeDerivedFrom(basis) || type.GetInterfaces().Any(seam => seam.IsVisible && Library.Contains(seam.Assembly)));

    private static bool CanBeDerivedFrom(Type type) => type.GetConstructors(Everything).Any(constructor =>
        (constructor.IsPublic || constructor.IsFamily || constructor.IsFamilyOrAssembly)
        && constructor.GetParameters().All(parameter => parameter.ParameterType != type)); // a record's copy

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    private static IEnumerable<Type> TypesAskedFor(MethodBase method)
    {
        (OpCode Code, MemberInfo? Member)[] instructions = [.. Instructions(method)];
        bool comparesTypes = instructions.Any(instruction => instruction.Member is MethodInfo { Name: "op_Equality" or "op_Inequality" } called && called.DeclaringType == typeof(Type));
        foreach ((OpCode code, MemberInfo? member) in instructions)
        {
            if (member is Type type && (code == OpCodes.Isinst || code == OpCodes.Castclass || (code == OpCodes.Ldtoken && comparesTypes)))
                yield return type.IsGenericType ? type.GetGenericTypeDefinition() : type;
            if (member is MethodInfo { Name: nameof(Enumerable.OfType) or nameof(Enumerable.Cast), IsGenericMethod: true } selection)
                yield return selection.GetGenericArguments()[0];
        }
    }

    /// <summary>Source: ECMA-335, III.1.2: one or two bytes of code, then an operand whose length the code tells.</summary>
    private static IEnumerable<(OpCode Code, MemberInfo? Member)> Instructions(MethodBase method)
    {
        byte[] bytes = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (int at = 0; at < bytes.Length;)
        {
            OpCode code = bytes[at] == 0xFE ? Codes[(short)(0xFE00 | bytes[at + 1])] : Codes[bytes[at]];
            at += code.Size;
            bool isMember = code.OperandType is OperandType.InlineType or OperandType.InlineMethod or OperandType.InlineTok;
            yield return (code, isMember ? Resolve(method, BitConverter.ToInt32(bytes, at)) : null);
            at += code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + 4 * BitConverter.ToInt32(bytes, at),
                _ => 4,
            };
        }
    }

    private static MemberInfo? Resolve(MethodBase method, int token) => method.Module.ResolveMember(
        token,
        method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null,
        method.IsGenericMethod ? method.GetGenericArguments() : null);
}
