using System.Text;
using TransferLearning.Internal;

namespace TransferLearning.Data;

/// <summary>What a network should answer for one image. Derive from it, or from a built-in one, for a task of your own.</summary>
/// <remarks>Targets must be immutable, and equal where they ask for the same answer.</remarks>
public abstract record Target
{
    /// <summary>The image is of exactly one class.</summary>
    /// <param name="index">The class's position in <see cref="IDatasetSource.Classes"/>.</param>
    /// <returns>A <see cref="ClassTarget"/>.</returns>
    public static Target Class(int index) => new ClassTarget(index);

    /// <summary>The image is of any number of classes.</summary>
    /// <param name="indices">Their positions in <see cref="IDatasetSource.Classes"/>, in any order; may be empty.</param>
    /// <returns>A <see cref="LabelsTarget"/>.</returns>
    public static Target Labels(params IEnumerable<int> indices) => new LabelsTarget(indices);

    /// <summary>Numbers to predict from the image.</summary>
    /// <param name="values">One for each name in <see cref="IDatasetSource.Classes"/>, in their order.</param>
    /// <returns>A <see cref="ValuesTarget"/>.</returns>
    public static Target Values(params IEnumerable<double> values) => new ValuesTarget(values);
}

/// <summary>One class out of several.</summary>
/// <param name="Index">The class's position in <see cref="IDatasetSource.Classes"/>.</param>
public record ClassTarget(int Index) : Target;

/// <summary>Any number of classes.</summary>
public record LabelsTarget : Target
{
    /// <summary>Makes the target.</summary>
    /// <param name="indices">The classes' positions in <see cref="IDatasetSource.Classes"/>, in any order.</param>
    public LabelsTarget(IEnumerable<int> indices)
    {
        ArgumentNullException.ThrowIfNull(indices);
        Indices = [.. indices.Distinct().Order()];
    }

    /// <summary>The classes' positions in <see cref="IDatasetSource.Classes"/>, ascending, each once.</summary>
    public IReadOnlyList<int> Indices { get; }

    /// <inheritdoc/>
    public virtual bool Equals(LabelsTarget? other) => base.Equals(other) && Indices.SequenceEqual(other.Indices);

    /// <inheritdoc/>
    public override int GetHashCode() => Indices.Aggregate(base.GetHashCode(), HashCode.Combine);

    /// <inheritdoc/>
    protected override bool PrintMembers(StringBuilder builder)
    {
        builder.Append($"{nameof(Indices)} = [{string.Join(", ", Indices)}]");
        return true;
    }
}

/// <summary>Numbers, one for each name of the source.</summary>
public record ValuesTarget : Target
{
    /// <summary>Makes the target.</summary>
    /// <param name="numbers">One for each name in <see cref="IDatasetSource.Classes"/>, in their order.</param>
    public ValuesTarget(IEnumerable<double> numbers)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        Numbers = [.. numbers];
    }

    /// <summary>One for each name in <see cref="IDatasetSource.Classes"/>, in their order.</summary>
    public IReadOnlyList<double> Numbers { get; }

    /// <inheritdoc/>
    public virtual bool Equals(ValuesTarget? other) => base.Equals(other) && Numbers.SequenceEqual(other.Numbers);

    /// <inheritdoc/>
    public override int GetHashCode() => Numbers.Aggregate(base.GetHashCode(), HashCode.Combine);

    /// <inheritdoc/>
    protected override bool PrintMembers(StringBuilder builder)
    {
        builder.Append($"{nameof(Numbers)} = [{NumbersText.Of(Numbers)}]");
        return true;
    }
}
